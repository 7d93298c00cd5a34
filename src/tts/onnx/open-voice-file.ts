import {stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import type {VoiceEngine} from '../engine.ts'
import {openJets} from './jets.ts'
import {openKokoro} from './kokoro/kokoro.ts'
import type {OnnxVoiceOptions} from './onnx-voice.ts'
import {openPiper} from './piper.ts'

export const onnxVoices = ['kokoro', 'piper', 'jets'] as const
export type OnnxVoiceEngine = (typeof onnxVoices)[number]

const openers = {kokoro: openKokoro, piper: openPiper, jets: openJets}

/**
 * Opens the voice in an `.onnx` file, with the engine its companions tell: `.onnx.json` is Piper's, `tokenizer.json` Kokoro's,
 * `config.yaml` JETS's.
 * @param engine the engine, where it is known
 * @throws what the engines throw; MODEL_INVALID where nothing tells which it is
 */
export const openVoiceFile = async (options: OnnxVoiceOptions, engine?: OnnxVoiceEngine): Promise<VoiceEngine> =>
  openers[engine ?? (await voiceFileEngine(options.modelPath))](options)

/** The engine a voice is for, told by the files beside it. @throws MODEL_INVALID where nothing tells */
export const voiceFileEngine = async (modelPath: string): Promise<OnnxVoiceEngine> => {
  const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined
  const folder = dirname(modelPath)
  if (await exists(`${modelPath}.json`)) return 'piper'
  for (const place of [folder, dirname(folder)]) if (await exists(join(place, 'tokenizer.json'))) return 'kokoro'
  if (await exists(join(folder, 'config.yaml'))) return 'jets'
  throw new EssenceError(
    'MODEL_INVALID',
    `What voice ${modelPath} is cannot be told: beside it is neither ${modelPath}.json (Piper), nor tokenizer.json and voices (Kokoro), nor config.yaml (JETS).`,
    {suggestions: ['Keep the files of a voice together as they are published, or set TTS_ENGINE.']},
  )
}
