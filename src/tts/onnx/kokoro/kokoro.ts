import {modelFile} from '../../../compute/engine-info.ts'
import type {ExpectedInput} from '../../../onnx/signature.ts'
import type {VoiceEngine} from '../../engine.ts'
import {openPhonemizer} from '../../espeak/phonemes.ts'
import type {VoiceTensors} from '../calls.ts'
import {floatTensor, type OnnxVoiceOptions, openOnnxVoice, tokenTensor} from '../onnx-voice.ts'
import {tokenPieces} from '../token-pieces.ts'
import {voiceList} from '../voice-list.ts'
import {type KokoroVoice, kokoroFile, readKokoroVoices, readVocabulary, styleFor, styleSize} from './files.ts'
import {kokoroPhonemes, kokoroTokens} from './tokens.ts'

export interface KokoroOptions extends OnnxVoiceOptions {
  /** Default: `tokenizer.json` beside the model, or a folder above it. */
  tokenizerPath?: string | undefined
  /** Folder of voices. Default: `voices` beside the model, or a folder above it. */
  voicesDir?: string | undefined
}

const sampleRate = 24_000
/** The model's context is 512, with a pad at each end (onnx-community/Kokoro-82M-v1.0-ONNX, README). */
const maxTokens = 510
const pad = 0

/** Of onnx-community's exports; kokoro-onnx's, which many people have, call the tokens by that name. */
const inputs: ExpectedInput[] = [
  {name: 'input_ids', alias: 'tokens', type: 'int64', rank: 2},
  {name: 'style', type: 'float32', rank: 2},
  {name: 'speed', type: 'float32', rank: 1},
]

/** @param names of the inputs the model takes */
const tensors = (
  names: readonly string[],
  tokens: readonly number[],
  style: Float32Array,
  speed: number,
): VoiceTensors => ({
  [names.includes('tokens') ? 'tokens' : 'input_ids']: tokenTensor([pad, ...tokens, pad], [1, tokens.length + 2]),
  style: floatTensor(style, [1, styleSize]),
  speed: floatTensor([speed], [1]),
})

/**
 * Opens Kokoro (StyleTTS 2 with an iSTFT vocoder, 82 M parameters, 24 kHz) with all voices that lie beside it; warm when this resolves.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE (no ONNX Runtime, no such device, no espeak-ng), CANCELLED
 */
export const openKokoro = async (options: KokoroOptions): Promise<VoiceEngine> => {
  const {modelPath, signal} = options
  const vocabulary = await readVocabulary(options.tokenizerPath ?? (await kokoroFile(modelPath, 'tokenizer.json')))
  const voices = await readKokoroVoices(options.voicesDir ?? (await kokoroFile(modelPath, 'voices')), sampleRate)
  const byId = new Map(voices.map(voice => [voice.id, voice]))
  const [first] = voices as [KokoroVoice]
  // After these a clause that is too long is cut.
  const ends = new Set(kokoroTokens(' ,.;:!?—…', vocabulary))

  const model = await openOnnxVoice(options, `The Kokoro model ${modelPath}`, inputs, names =>
    tensors(names, kokoroTokens('həlˈO', vocabulary), styleFor(first, 5), 1),
  )
  const phonemizer = await openPhonemizer(signal).catch(async error => {
    await model.close()
    throw error
  })

  return {
    info: {engine: 'kokoro', ...modelFile(modelPath), device: model.device, deviceReason: model.deviceReason},
    ...voiceList(
      voices.map(({phonemes: _, styles: __, ...voice}) => voice),
      'Kokoro',
    ),
    defaultVoice: first.id,
    native: {speed: true, pitch: 0},
    concurrency: 1,
    async *speak(clause, {voice, speed, signal}) {
      const own = byId.get(voice) ?? first
      const phonemes = await phonemizer.phonemes(clause, own.phonemes, signal)
      const tokens = kokoroTokens(kokoroPhonemes(phonemes, own.language), vocabulary)
      for (const piece of tokenPieces(tokens, maxTokens, token => ends.has(token))) {
        const pcm = await model.run(tensors(model.inputs, piece, styleFor(own, piece.length), speed), signal)
        yield {pcm, sampleRate}
      }
    },
    async close() {
      await Promise.all([model.close(), phonemizer.close()])
    },
  }
}
