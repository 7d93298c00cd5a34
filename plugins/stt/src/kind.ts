import {openRecognizer} from '@essence/core/engines/recognizer'
import {heldRecognizer} from '@essence/core/engines/replaceable'
import {callBuckets} from '@essence/core/rpc/metrics'
import type {EngineKind} from '@essence/core/service/engine/kind'
import {serveSpeechToText} from '@essence/core/stt/grpc/server'
import type {SpeechToText} from '@essence/core/stt/port'
import {Counter, Histogram, type Registry} from 'prom-client'

/** Speech recognition as a service, with its figures beside those of its calls. */
export const recognition = (registry: Registry): EngineKind<SpeechToText> => {
  const registers = [registry]
  const decoding = new Histogram({
    name: 'stt_audio_processing_seconds',
    help: 'Time to decode a recording',
    buckets: callBuckets,
    registers,
  })
  const transcription = new Histogram({
    name: 'stt_transcription_time_seconds',
    help: 'Time to recognise a recording, its wait for the engine included',
    buckets: callBuckets,
    registers,
  })
  const detections = new Counter({
    name: 'stt_vad_detections_total',
    help: 'Stretches of speech that began, and recordings or streams without any',
    labelNames: ['action'] as const,
    registers,
  })
  return {
    name: 'stt',
    role: 'speech recognition',
    inTurn: 'stt',
    address: ({STT_HOST: host, STT_PORT: port, STT_METRICS_PORT: metricsPort}) => ({host, port, metricsPort}),
    variables: {host: 'STT_HOST', port: 'STT_PORT', metricsPort: 'STT_METRICS_PORT'},
    // This is the service: an address of another one is for its callers.
    open: (settings, options) => openRecognizer({...settings, STT_URL: undefined}, options),
    held: held => heldRecognizer(held, engine => engine),
    serve: ({engine, ...options}, {STT_SAMPLE_RATE: sampleRate}) =>
      serveSpeechToText({
        ...options,
        sampleRate,
        recognizer: engine,
        onRecognized({decodeMs, recognizeMs}) {
          decoding.observe(decodeMs / 1000)
          transcription.observe(recognizeMs / 1000)
        },
        onSpeech: action => detections.inc({action}),
      }),
    /** Half a second of a tone, looked through for speech and heard to the end. */
    async warmUp(stt, signal) {
      const tone = Float32Array.from({length: 8000}, (_, at) => 0.2 * Math.sin(at / 5))
      await stt.recognize(tone, {vad: true, signal})
      await stt.recognize(tone, {vad: false, signal})
    },
  }
}
