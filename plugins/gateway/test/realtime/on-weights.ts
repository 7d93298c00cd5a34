import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {readConfig} from '@essence/core/config/read'
import {openListening} from '@essence/core/engines/listening'
import {type Engines, openEngines} from '@essence/core/engines/open'
import {hasSpeechFolder, speechFolder} from '../../../../test/audio/witness.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {piper, smolLM2, whisper} from '../../../../test/weights/published.ts'
import {openGateway} from '../open-gateway.ts'

const noWeights = whisper['tiny.en'].missing || smolLM2.missing || piper.missing

/** Why what needs weights and recordings is skipped; empty: it is not. */
export const missing = noWeights || (hasSpeechFolder ? '' : ' (skipped: no ../shared/data/speech)')

/** The bare model, as its clients name it. */
export const bareModel = 'SmolLM2-135M-Instruct.Q4_1'

/** The kit's weights, for any number of gateways. @param maxTokens of an answer @param more settings */
export const openWeights = async (maxTokens: number, more: Record<string, string> = {}) => {
  const folder = temporaryFolder()
  const {settings} = await readConfig({
    env: {
      ...{ENV_SH: '/dev/null', JUNE_DATA_DIR: folder, MODEL_CACHE_DIR: folder},
      ...{STT_MODEL: whisper['tiny.en'].path, MODEL_NAME: smolLM2.path, TTS_MODEL: piper.path},
      ...{MAX_CONTEXT_LENGTH: '2048', MODEL_MAX_TOKENS: `${maxTokens}`, STT_THREADS: '1', LLM_THREADS: '1'},
      ...more,
    },
  })
  const {close: closeEngines, ...engines} = await openEngines(settings, {check: false})
  const {close: closeListening, ...listening} = await openListening(settings)
  const close = async (): Promise<void> => {}
  /** Engines that outlive the gateway, and what it listens with. */
  const kept = {...engines, close} as Engines
  const options = {openListening: async () => ({...listening, close}), language: 'en'}
  return {
    openGateway: () => openGateway(kept, options),
    gatewayParts: () => ({engines: kept, ...options}),
    close: () => Promise.all([closeEngines(), closeListening()]),
  }
}

/** A recording of a person, mono, 24 kHz, −1..1. */
export const recorded = (name: string): Promise<Float32Array> =>
  readAudio({path: join(speechFolder, name)}, {sampleRate: 24_000})
