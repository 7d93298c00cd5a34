import {EssenceError} from '../../kit/errors.ts'
import {nearest} from '../../kit/nearest.ts'
import {isoTag, mainLanguageOf, normalTag} from '../../text/language-tag.ts'
import type {Voice} from '../port.ts'

/** A voice as espeak-ng lists it: its file below `lang/`, and its languages, best match first by `priority`. */
export interface EspeakVoiceFile {
  identifier: string
  name: string
  languages: {name: string; priority: number}[]
}

export interface EspeakVoices {
  /** Every voice as it is (male), and with the variant `f3` (female). */
  list(): Voice[]
  /**
   * The id of a voice asked for by id or language, with an optional variant: `en-us`, `de`, `en-gb+f3`.
   * @throws VOICE_UNKNOWN
   */
  resolve(asked: string): string
  /**
   * The espeak-ng file and variant of a voice.
   * @throws VOICE_UNKNOWN
   */
  fileOf(voice: string): string
  /** The id of the voice that speaks a language best; undefined where none does. `de-at` falls back on `de`. */
  idFor(language: string): string | undefined
}

const femaleVariant = 'f3'

export interface EspeakVoiceSet {
  voices: EspeakVoiceFile[]
  /** Names of variants: `f3`, `m1`. */
  variants: string[]
  /** Hz. */
  sampleRate: number
}

export const readEspeakVoices = ({voices: files, variants, sampleRate}: EspeakVoiceSet): EspeakVoices => {
  const byId = new Map<string, EspeakVoiceFile>()
  for (const file of files) {
    const language = ownTag(file)
    // Two voices share a main language (`yue`): the second goes by its file's name.
    const id = byId.has(language) ? file.identifier.replace(/^.*\//, '').toLowerCase() : language
    byId.set(id, file)
  }

  const idFor = (language: string): string | undefined => {
    const tag = normalTag(language)
    const priorityIn = (file: EspeakVoiceFile): number =>
      file.languages.find(({name}) => isoTag(name) === isoTag(tag))?.priority ?? Number.POSITIVE_INFINITY
    if (byId.has(tag)) return tag
    const [best] = [...byId].sort(([, a], [, b]) => priorityIn(a) - priorityIn(b))
    if (best && priorityIn(best[1]) < Number.POSITIVE_INFINITY) return best[0]
    const wider = [isoTag(tag), mainLanguageOf(tag)].find(one => one !== undefined && one !== tag)
    return wider === undefined ? undefined : idFor(wider)
  }

  /** A voice and the variant asked of it. */
  const find = (asked: string): {id: string; file: EspeakVoiceFile; variant: string} => {
    const [voice = '', variant, ...rest] = asked.split('+')
    const id = idFor(voice) ?? ''
    const file = byId.get(id)
    if (!file || rest.length > 0) throw unknown(`espeak-ng has no voice or language "${asked}".`, voice, byId.keys())
    // espeak-ng ignores a variant it does not know.
    if (variant !== undefined && !variants.includes(variant)) {
      throw unknown(`espeak-ng has no voice variant "${variant}" (asked for: "${asked}").`, variant, variants)
    }
    return {id, file, variant: variant === undefined ? '' : `+${variant}`}
  }

  return {
    idFor,
    list: () =>
      [...byId].flatMap(([id, file]): Voice[] => {
        const language = isoTag(ownTag(file))
        return [
          {id, name: file.name, language, gender: 'male', sampleRate},
          {id: `${id}+${femaleVariant}`, name: `${file.name}, female`, language, gender: 'female', sampleRate},
        ]
      }),
    resolve(asked) {
      const {id, variant} = find(asked)
      return id + variant
    },
    fileOf(voice) {
      const {file, variant} = find(voice)
      return file.identifier + variant
    },
  }
}

const ownTag = (file: EspeakVoiceFile): string => (file.languages[0]?.name ?? file.identifier).toLowerCase()

const unknown = (message: string, asked: string, known: Iterable<string>): EssenceError => {
  const near = nearest(asked, known)
  return new EssenceError('VOICE_UNKNOWN', message, {
    suggestions: [
      ...(near ? [`Did you mean "${near}"?`] : []),
      'A voice is a language (en-us, de), also with a variant (en-us+f3).',
    ],
  })
}
