import {mainLanguage} from '@essence/core/text/language-tag'
import type {TextToSpeech} from '@essence/core/tts/port'

/** The voices OpenAI has, each with the one of Kokoro that stands for it: of the same name where there is one, else of the same kind. */
const standIns: Readonly<Record<string, string>> = {
  alloy: 'af_alloy',
  ash: 'am_adam',
  ballad: 'bm_george',
  cedar: 'am_michael',
  coral: 'af_bella',
  echo: 'am_echo',
  fable: 'bm_fable',
  marin: 'af_heart',
  nova: 'af_nova',
  onyx: 'am_onyx',
  sage: 'af_sarah',
  shimmer: 'af_sky',
  verse: 'am_puck',
}

/** The names of OpenAI's voices. */
export const knownVoices: readonly string[] = Object.keys(standIns)

/**
 * The voice that a name asks for. One of OpenAI's is its stand-in where that is here and the default voice speaks English as well; else
 * the default voice: who set up a German one wants to hear it from clients that can only say `alloy`.
 * @param asked any other name is a voice here, by its id, or a language
 * @returns undefined for the default voice
 */
export const voiceNamed = async (tts: TextToSpeech, asked: string): Promise<string | undefined> => {
  const name = asked.toLowerCase()
  if (!Object.hasOwn(standIns, name)) return asked
  const voices = await tts.voices()
  if (voices.some(({id}) => id === asked)) return asked
  const own = voices.find(({id}) => id === tts.defaultVoice)?.language ?? 'en'
  const standIn = standIns[name]
  return mainLanguage(own) === 'en' && voices.some(({id}) => id === standIn) ? standIn : undefined
}
