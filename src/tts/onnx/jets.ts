import {readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {modelFile} from '../../compute/engine-info.ts'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import type {ExpectedInput} from '../../onnx/signature.ts'
import type {VoiceEngine} from '../engine.ts'
import {openPhonemizer} from '../espeak/phonemes.ts'
import {arpabet, type JetsVocabulary, jetsTokens, readTokenList} from './jets-tokens.ts'
import {type OnnxVoiceOptions, openOnnxVoice, tokenTensor} from './onnx-voice.ts'
import {tokenPieces} from './token-pieces.ts'
import {voiceList} from './voice-list.ts'

export interface JetsOptions extends OnnxVoiceOptions {
  /** The model's config.yaml, with its list of tokens. Default: beside the model. */
  configPath?: string | undefined
}

/** Hz of LJSpeech, from which every public JETS learned. */
const sampleRate = 22_050
const voiceId = 'ljspeech'
/** The masks of the graph are made for so many tokens (espnet_onnx, `OnnxJETSModel`, max_seq_len). */
const maxTokens = 512

const inputs: ExpectedInput[] = [{name: 'text', type: 'int64', rank: 1}]

/**
 * Opens JETS (FastSpeech 2 with a HiFi-GAN vocoder in one graph, as espnet_onnx exports it): one English voice. Warm when this resolves.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE (no ONNX Runtime, no such device, no espeak-ng), CANCELLED
 */
export const openJets = async (options: JetsOptions): Promise<VoiceEngine> => {
  const {modelPath, signal, configPath = join(dirname(modelPath), 'config.yaml')} = options
  const vocabulary = await readVocabulary(configPath)
  // After these a clause that is too long is cut; words have no end in these tokens.
  const ends = new Set(jetsTokens([',', '.', '?', '!'], vocabulary))
  const tensors = (tokens: readonly number[]) => ({text: tokenTensor(tokens, [tokens.length])})
  const model = await openOnnxVoice(options, `The JETS model ${modelPath}`, inputs, () =>
    tensors(jetsTokens(['HH', 'AY1', '.'], vocabulary)),
  )
  const phonemizer = await openPhonemizer(signal).catch(async error => {
    await model.close()
    throw error
  })
  const voice = {
    id: voiceId,
    name: 'LJSpeech, American English',
    language: 'en-us',
    gender: 'female',
    sampleRate,
  } as const

  return {
    info: {engine: 'jets', ...modelFile(modelPath), device: model.device, deviceReason: model.deviceReason},
    ...voiceList([voice], 'JETS'),
    defaultVoice: voiceId,
    native: {speed: false, pitch: 0},
    concurrency: 1,
    async *speak(clause, {signal}) {
      const tokens = jetsTokens(arpabet(await phonemizer.phonemes(clause, 'en-us', signal)), vocabulary)
      for (const piece of tokenPieces(tokens, maxTokens, token => ends.has(token))) {
        yield {pcm: await model.run(tensors(piece), signal), sampleRate}
      }
    },
    async close() {
      await Promise.all([model.close(), phonemizer.close()])
    },
  }
}

const readVocabulary = async (path: string): Promise<JetsVocabulary> => {
  const invalid = (why: string, cause?: unknown): EssenceError =>
    new EssenceError('MODEL_INVALID', `${path}, the description of the JETS model, cannot be used: ${why}`, {
      cause,
      suggestions: ['Keep config.yaml beside model.onnx; both are published together.'],
    })
  const yaml = await readFile(path, 'utf8').catch(cause => {
    throw invalid(messageOf(cause), cause)
  })
  const tokens = readTokenList(yaml)
  if (!tokens.includes('<unk>') || !tokens.includes('AH0')) throw invalid('it has no list of ARPAbet tokens')
  return new Map(tokens.map((token, number) => [token, number]))
}
