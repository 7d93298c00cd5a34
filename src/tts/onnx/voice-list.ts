import {EssenceError} from '../../kit/errors.ts'
import {nearest} from '../../kit/nearest.ts'
import {mainLanguage, mainLanguageOf, normalTag} from '../../text/language-tag.ts'
import type {VoiceEngine} from '../engine.ts'
import type {Voice} from '../port.ts'

/**
 * Finds voices of a list by id, by name or by language; of several that speak a language, the first of the region asked for,
 * else the first.
 * @param what what errors call the engine: `Kokoro`
 */
export const voiceList = (
  voices: readonly Voice[],
  what: string,
): Pick<VoiceEngine, 'voices' | 'resolve' | 'voiceFor'> => {
  const voiceFor = (language: string): string | undefined => {
    const tag = normalTag(language)
    const main = mainLanguageOf(language)
    const speaks = (voice: Voice): boolean => main !== undefined && mainLanguage(voice.language) === mainLanguage(main)
    return (voices.find(voice => voice.language === tag) ?? voices.find(speaks))?.id
  }
  return {
    voices,
    voiceFor,
    resolve(asked) {
      const wanted = asked.toLowerCase()
      const known =
        voices.find(({id}) => id === asked) ??
        voices.find(({id, name}) => [id, name].some(one => one.toLowerCase() === wanted))
      const id = known?.id ?? voiceFor(asked)
      if (id !== undefined) return id
      const near = nearest(
        asked,
        voices.map(voice => voice.id),
      )
      throw new EssenceError('VOICE_UNKNOWN', `${what} has no voice or language "${asked}".`, {
        suggestions: [
          ...(near ? [`Did you mean "${near}"?`] : []),
          `Its voices: ${voices
            .slice(0, 12)
            .map(voice => voice.id)
            .join(', ')}${voices.length > 12 ? ' …' : ''}.`,
        ],
      })
    },
  }
}
