import {readdir, readFile, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import * as z from 'zod'
import {EssenceError, messageOf, systemCodeOf} from '../../../kit/errors.ts'
import type {Voice} from '../../port.ts'
import type {KokoroVocabulary} from './tokens.ts'

/** Length of a style vector. */
export const styleSize = 256

export interface KokoroVoice extends Voice {
  /** The voice or language of espeak-ng whose phonemes it speaks. */
  phonemes: string
  /** Its style vectors, one for each number of tokens: [rows, 256]. */
  styles: Float32Array
}

const tokenizerSchema = z.object({model: z.object({vocab: z.record(z.string(), z.int().nonnegative())})})

/** Files of a Kokoro model lie beside the `.onnx`, or a folder above where that lies in `onnx/`. */
export const kokoroFile = async (modelPath: string, name: string): Promise<string> => {
  const beside = join(dirname(modelPath), name)
  const above = join(dirname(dirname(modelPath)), name)
  for (const path of [beside, above]) if (await stat(path).catch(() => undefined)) return path
  throw new EssenceError(
    'MODEL_INVALID',
    `The Kokoro model ${modelPath} lacks its ${name}: it is neither at ${beside} nor at ${above}.`,
    {
      suggestions: ['Install it whole: essence models download kokoro'],
    },
  )
}

/** @throws MODEL_INVALID, naming the file */
export const readVocabulary = async (path: string): Promise<KokoroVocabulary> => {
  try {
    const {model} = tokenizerSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    return new Map(Object.entries(model.vocab))
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause)
    throw new EssenceError('MODEL_INVALID', `${path} is no tokenizer of Kokoro: ${why}`, {cause})
  }
}

/**
 * Languages by the first letter of a voice's name (hexgrad/Kokoro-82M, VOICES.md). Japanese (`j`) and Chinese (`z`) are not among
 * them: those voices learned phonemes that do not come from espeak-ng, and would speak gibberish.
 */
const languages: Record<string, {language: string; name: string; phonemes: string}> = {
  a: {language: 'en-us', name: 'American English', phonemes: 'en-us'},
  b: {language: 'en-gb', name: 'British English', phonemes: 'en-gb'},
  e: {language: 'es', name: 'Spanish', phonemes: 'es'},
  f: {language: 'fr', name: 'French', phonemes: 'fr-fr'},
  h: {language: 'hi', name: 'Hindi', phonemes: 'hi'},
  i: {language: 'it', name: 'Italian', phonemes: 'it'},
  p: {language: 'pt-br', name: 'Brazilian Portuguese', phonemes: 'pt-br'},
}
/** The most natural of each language stands first, by the grades in VOICES.md; the others by name. */
const best = ['af_heart', 'af_bella', 'bf_emma', 'ef_dora', 'ff_siwis', 'hf_alpha', 'if_sara', 'pf_dora']
const rank = (id: string): string => `${id[0]}${best.includes(id) ? best.indexOf(id) : 'x'}${id}`

/**
 * The voices of a folder: `af_heart.bin`, each an array of style vectors (float32, little-endian).
 * @throws MODEL_INVALID where there is none, or a file is not such an array
 */
export const readKokoroVoices = async (folder: string, sampleRate: number): Promise<KokoroVoice[]> => {
  const names = await readdir(folder).catch((cause: unknown): string[] => {
    if (systemCodeOf(cause) === 'ENOTDIR' || systemCodeOf(cause) === 'ENOENT') return []
    throw cause
  })
  const ids = names.flatMap(name => /^([abefhip][fm]_[\w-]+)\.bin$/.exec(name)?.[1] ?? [])
  if (ids.length === 0) {
    throw new EssenceError(
      'MODEL_INVALID',
      `${folder} holds no voices of Kokoro (as af_heart.bin) in a language we have phonemes for.`,
    )
  }
  const read = async (id: string): Promise<KokoroVoice[]> => {
    const about = languages[id[0] ?? '']
    if (!about) return []
    const path = join(folder, `${id}.bin`)
    const bytes = await readFile(path)
    if (bytes.length === 0 || bytes.length % (4 * styleSize) !== 0) {
      throw new EssenceError(
        'MODEL_INVALID',
        `${path} holds ${bytes.length} bytes; expected rows of ${4 * styleSize} (256 float32).`,
      )
    }
    const styles = new Float32Array(bytes.length / 4)
    for (let i = 0; i < styles.length; i++) styles[i] = bytes.readFloatLE(4 * i)
    const gender = id[1] === 'f' ? 'female' : 'male'
    const own = basename(id).slice(3)
    const name = `${own.charAt(0).toUpperCase()}${own.slice(1)}, ${about.name}`
    return [{id, name, language: about.language, gender, sampleRate, phonemes: about.phonemes, styles}]
  }
  const sorted = ids.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
  return (await Promise.all(sorted.map(read))).flat()
}

/** The style vector for a number of tokens; the last one for more than there are. */
export const styleFor = ({styles}: KokoroVoice, tokens: number): Float32Array => {
  const row = Math.min(tokens, styles.length / styleSize - 1)
  return styles.subarray(row * styleSize, (row + 1) * styleSize)
}
