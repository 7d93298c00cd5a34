import {Gauge, Histogram, type Registry} from 'prom-client'

/** Seconds; from a word on a GPU to a chapter on a CPU. */
const buckets = [0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 21, 34, 60, 180, 600]

/** The figures of the speech synthesis service, beside those of its calls. */
export const ttsMetrics = (registry: Registry) => {
  const registers = [registry]
  const synthesis = new Histogram({
    name: 'tts_synthesis_time_seconds',
    help: 'Time to speak a text, as long as its listener took included',
    buckets,
    registers,
  })
  const audio = new Histogram({
    name: 'tts_audio_duration_seconds',
    help: 'Length of what was spoken',
    buckets,
    registers,
  })
  const load = new Gauge({
    name: 'tts_model_load_seconds',
    help: 'Time the model took to load and to warm up',
    registers,
  })
  return {
    loaded: (seconds: number) => load.set(seconds),
    hooks: {
      onSpoken: ({synthesizeMs, audioMs}: {synthesizeMs: number; audioMs: number}) => {
        synthesis.observe(synthesizeMs / 1000)
        audio.observe(audioMs / 1000)
      },
    },
  }
}
