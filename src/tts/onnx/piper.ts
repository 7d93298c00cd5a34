import {basename} from 'node:path'
import {modelFile} from '../../compute/engine-info.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import type {ExpectedInput} from '../../onnx/signature.ts'
import type {VoiceEngine} from '../engine.ts'
import {openPhonemizer} from '../espeak/phonemes.ts'
import type {VoiceTensors} from './calls.ts'
import {floatTensor, type OnnxVoiceOptions, openOnnxVoice, tokenTensor} from './onnx-voice.ts'
import {keepTogether, piperTokens, piperVoices, readPiperConfig} from './piper-config.ts'
import {voiceList} from './voice-list.ts'

/** The inputs of a VITS voice as Piper exports it (rhasspy/piper, export_onnx.py). */
const inputs: ExpectedInput[] = [
  {name: 'input', type: 'int64', rank: 2},
  {name: 'input_lengths', type: 'int64', rank: 1},
  {name: 'scales', type: 'float32', rank: 1},
  {name: 'sid', type: 'int64', rank: 1, optional: true},
]

/**
 * Opens a Piper voice (VITS, one `.onnx` with its `.onnx.json` beside it); warm when this resolves.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE (no ONNX Runtime, no such device, no espeak-ng), CANCELLED
 */
export const openPiper = async (options: OnnxVoiceOptions): Promise<VoiceEngine> => {
  const {modelPath, signal} = options
  const config = await readPiperConfig(modelPath)
  const {noise_scale: noise, length_scale: length, noise_w: noiseW} = config.inference
  const voices = piperVoices(modelPath, config)
  const speakers = new Map(voices.map(({id, speaker}) => [id, speaker ?? 0]))
  const espeakVoice = config.espeak?.voice ?? voices[0]?.language ?? 'en-us'

  const tensors = (tokens: number[], speed: number, speaker: number, takes: readonly string[]): VoiceTensors => ({
    input: tokenTensor(tokens, [1, tokens.length]),
    input_lengths: tokenTensor([tokens.length], [1]),
    scales: floatTensor([noise, length / speed, noiseW], [3]),
    ...(takes.includes('sid') ? {sid: tokenTensor([speaker], [1])} : {}),
  })
  // The highest number and the last speaker, too: with the description of another voice they are beyond what this one has.
  const highest = Math.max(...Object.values(config.phoneme_id_map).flat())
  const warmUp = [...piperTokens('a', config), highest]
  const model = await openOnnxVoice(options, `The Piper voice ${modelPath}`, inputs, takes => {
    if (config.num_speakers > 1 && !takes.includes('sid')) throw oneSpeaker(modelPath, config.num_speakers)
    return tensors(warmUp, 1, Math.max(...speakers.values()), takes)
  })
  const phonemizer = await openPhonemizer(signal).catch(async error => {
    await model.close()
    throw error
  })
  if (config.phoneme_type === 'espeak') {
    await phonemizer.phonemes('a', espeakVoice, signal).catch(async error => {
      await Promise.all([model.close(), phonemizer.close()])
      throw isEssenceError(error) && error.code === 'VOICE_UNKNOWN' ? noPhonemes(modelPath, espeakVoice, error) : error
    })
  }

  return {
    info: {engine: 'piper', ...modelFile(modelPath), device: model.device, deviceReason: model.deviceReason},
    ...voiceList(
      voices.map(({speaker: _, ...voice}) => voice),
      `The Piper voice ${basename(modelPath)}`,
    ),
    defaultVoice: voices[0]?.id ?? '',
    native: {speed: true, pitch: 0},
    concurrency: 1,
    async *speak(clause, {voice, speed, signal}) {
      const phonemes =
        config.phoneme_type === 'text' ? clause.toLowerCase() : await phonemizer.phonemes(clause, espeakVoice, signal)
      const tokens = piperTokens(phonemes, config)
      // Of a clause without a phoneme it knows, the voice would make a sound all the same.
      if (tokens.length <= piperTokens('', config).length) return
      const pcm = await model.run(tensors(tokens, speed, speakers.get(voice) ?? 0, model.inputs), signal)
      yield {pcm, sampleRate: config.audio.sample_rate}
    },
    async close() {
      await Promise.all([model.close(), phonemizer.close()])
    },
  }
}

const oneSpeaker = (modelPath: string, speakers: number): EssenceError =>
  new EssenceError(
    'MODEL_INVALID',
    `The Piper voice ${modelPath} has one speaker, but ${modelPath}.json describes ${speakers}: it is of another voice.`,
    {suggestions: [keepTogether]},
  )

const noPhonemes = (modelPath: string, voice: string, cause: unknown): EssenceError =>
  new EssenceError(
    'MODEL_INVALID',
    `${modelPath}.json asks for phonemes of "${voice}", which espeak-ng does not have.`,
    {
      cause,
      suggestions: [keepTogether],
    },
  )
