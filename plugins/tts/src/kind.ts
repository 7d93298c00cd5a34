import {callBuckets} from '@essence/core/rpc/metrics'
import type {EngineKind} from '@essence/core/service/engine/service'
import {serveTextToSpeech} from '@essence/core/tts/grpc/server'
import type {TextToSpeech} from '@essence/core/tts/port'
import {Histogram, type Registry} from 'prom-client'

/** Speech synthesis as a service, with its figures beside those of its calls. */
export const synthesis = (registry: Registry): EngineKind<TextToSpeech> => {
  const registers = [registry]
  const time = new Histogram({
    name: 'tts_synthesis_time_seconds',
    help: 'Time to speak a text, as long as its listener took included',
    buckets: callBuckets,
    registers,
  })
  const audio = new Histogram({
    name: 'tts_audio_duration_seconds',
    help: 'Length of what was spoken',
    buckets: callBuckets,
    registers,
  })
  return {
    name: 'tts',
    role: 'speech synthesis',
    serve: ({engine, ...options}) =>
      serveTextToSpeech({
        ...options,
        synthesizer: engine,
        onSpoken({synthesizeMs, audioMs}) {
          time.observe(synthesizeMs / 1000)
          audio.observe(audioMs / 1000)
        },
      }),
    /** A word, spoken to the end. */
    async warmUp(tts, signal) {
      for await (const _ of tts.synthesize('Hello.', {signal}));
    },
  }
}
