import {readFile} from 'node:fs/promises'
import {basename} from 'node:path'
import * as z from 'zod'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {normalTag} from '../../text/language-tag.ts'
import type {Voice} from '../port.ts'

/** What stands beside a Piper voice as `<voice>.onnx.json`; only what we need of it. */
const configSchema = z.object({
  audio: z.object({sample_rate: z.int().min(8000).max(48_000)}),
  espeak: z.object({voice: z.string()}).optional(),
  language: z.object({code: z.string()}).optional(),
  /** `text`: the letters themselves are the phonemes. */
  phoneme_type: z.enum(['espeak', 'text']).default('espeak'),
  /** Phonemes replaced by others before their numbers are looked up. */
  phoneme_map: z.record(z.string(), z.array(z.string())).default({}),
  phoneme_id_map: z.record(z.string(), z.array(z.int().nonnegative()).min(1)),
  inference: z
    .object({
      noise_scale: z.number().default(0.667),
      length_scale: z.number().positive().default(1),
      noise_w: z.number().default(0.8),
    })
    .prefault({}),
  num_speakers: z.int().positive().default(1),
  speaker_id_map: z.record(z.string(), z.int().nonnegative()).default({}),
})
export type PiperConfig = z.infer<typeof configSchema>

export const keepTogether = 'Keep the .onnx.json of a voice beside its .onnx; both are published together.'

/** @throws MODEL_INVALID, naming the file that is missing or not what it should be */
export const readPiperConfig = async (modelPath: string): Promise<PiperConfig> => {
  const path = `${modelPath}.json`
  try {
    const config = configSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    for (const symbol of ['_', '^', '$']) {
      if (!config.phoneme_id_map[symbol]) throw new Error(`its phoneme_id_map has no "${symbol}"`)
    }
    return config
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause)
    throw new EssenceError('MODEL_INVALID', `${path}, the description of the Piper voice, cannot be used: ${why}`, {
      cause,
      suggestions: [keepTogether],
    })
  }
}

export interface PiperVoice extends Voice {
  /** Number of the speaker in the model; undefined where there is only one. */
  speaker?: number
}

/** The voices of a model: `en_US-lessac-medium`, or for each speaker `en_GB-vctk-medium/p239`. */
export const piperVoices = (modelPath: string, config: PiperConfig): PiperVoice[] => {
  const stem = basename(modelPath).replace(/\.onnx$/, '')
  const language = normalTag(config.language?.code ?? config.espeak?.voice ?? 'en')
  const common = {language, gender: 'unknown', sampleRate: config.audio.sample_rate} as const
  if (config.num_speakers === 1) return [{id: stem, name: stem, ...common}]
  const named = Object.entries(config.speaker_id_map).sort(([, a], [, b]) => a - b)
  const speakers = named.length > 0 ? named : Array.from({length: config.num_speakers}, (_, i) => [`${i}`, i] as const)
  return speakers.map(([name, speaker]) => ({id: `${stem}/${name}`, name: `${stem}, ${name}`, speaker, ...common}))
}

/** Where the json names none: Portuguese of Brazil says `k` for `c` (piper-phonemize, `DEFAULT_PHONEME_MAP`). */
const defaultPhonemeMaps: Record<string, Record<string, string[]>> = {'pt-br': {c: ['k']}}

/**
 * Phonemes → numbers, as piper-phonemize's `phonemes_to_ids` does: decomposed (NFD), `^` first and `$` last, the pad `_` after each
 * but the last. A phoneme the voice does not know is left out.
 * @param phonemes as the phonemizer gives them, or the text itself for voices of letters
 */
export const piperTokens = (phonemes: string, config: PiperConfig): number[] => {
  const ids = config.phoneme_id_map
  const pad = ids['_'] ?? []
  const replaced = {...defaultPhonemeMaps[config.espeak?.voice ?? ''], ...config.phoneme_map}
  const symbols = [...phonemes.replaceAll('_', '').normalize('NFD')].flatMap(symbol => replaced[symbol] ?? [symbol])
  const known = symbols.flatMap(symbol => (Object.hasOwn(ids, symbol) ? [ids[symbol] ?? []] : []))
  return [...(ids['^'] ?? []), ...pad, ...known.flatMap(id => [...id, ...pad]), ...(ids['$'] ?? [])]
}
