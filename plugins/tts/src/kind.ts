import {heldSynthesizer} from '@essence/core/engines/replaceable'
import {openSynthesizer} from '@essence/core/engines/synthesizer'
import {callBuckets} from '@essence/core/rpc/metrics'
import type {EngineKind} from '@essence/core/service/engine/kind'
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
    inTurn: 'tts',
    address: ({TTS_HOST: host, TTS_PORT: port, TTS_METRICS_PORT: metricsPort}) => ({host, port, metricsPort}),
    variables: {host: 'TTS_HOST', port: 'TTS_PORT', metricsPort: 'TTS_METRICS_PORT'},
    // This is the service: an address of another one is for its callers.
    open: (settings, options) => openSynthesizer({...settings, TTS_URL: undefined}, options),
    held: held => heldSynthesizer(held, engine => engine),
    serve: ({engine, ...options}, {TTS_SAMPLE_RATE: sampleRate}) =>
      serveTextToSpeech({
        ...options,
        sampleRate,
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
