import {Counter, Gauge, Histogram, type Registry} from 'prom-client'

/** Seconds; from a word on a GPU to an hour on a CPU. */
const buckets = [0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 21, 34, 60, 180, 600]

/** The figures of the speech recognition service, beside those of its calls. */
export const sttMetrics = (registry: Registry) => {
  const registers = [registry]
  const decoding = new Histogram({
    name: 'stt_audio_processing_seconds',
    help: 'Time to decode a recording',
    buckets,
    registers,
  })
  const transcription = new Histogram({
    name: 'stt_transcription_time_seconds',
    help: 'Time to recognise a recording, its wait for the engine included',
    buckets,
    registers,
  })
  const detections = new Counter({
    name: 'stt_vad_detections_total',
    help: 'Stretches of speech that began, and recordings or streams without any',
    labelNames: ['action'] as const,
    registers,
  })
  const load = new Gauge({
    name: 'stt_model_load_seconds',
    help: 'Time the model took to load and to warm up',
    registers,
  })
  return {
    loaded: (seconds: number) => load.set(seconds),
    hooks: {
      onHeard: ({decodeMs, recognizeMs}: {decodeMs: number; recognizeMs: number}) => {
        decoding.observe(decodeMs / 1000)
        transcription.observe(recognizeMs / 1000)
      },
      onSpeech: (action: 'detected' | 'silence') => detections.inc({action}),
    },
  }
}
