import {mainLanguage} from '../../text/language-tag.ts'
import {type OnnxVoiceEngine, onnxVoices} from '../../tts/onnx/open-voice-file.ts'
import {paceOf, type VoiceSpeed} from '../../tts/speed.ts'

/** A voice of the catalogue that is on this machine. */
export interface InstalledVoice {
  id: string
  engine: OnnxVoiceEngine
  languages: readonly string[]
  /** TTS_VOICE_ID names it, or a voice within it. */
  named: boolean
  /** The file the engine is given. */
  path: string
}

/** Kokoro sounds best and speaks most languages; Piper's voices are for one language each. */
const byQuality = (a: InstalledVoice, b: InstalledVoice): number =>
  onnxVoices.indexOf(a.engine) - onnxVoices.indexOf(b.engine)

const paces = ['real-time', 'keeps-up', undefined, 'slow'] as const

const languagesOf = ({languages}: InstalledVoice): string[] => languages.map(mainLanguage)

/** The voices between which speed decides: those that have a language in common with another. */
export const rivals = (voices: readonly InstalledVoice[]): InstalledVoice[] =>
  voices.filter(voice =>
    voices.some(other => other !== voice && languagesOf(other).some(language => languagesOf(voice).includes(language))),
  )

/**
 * The voices to open, those asked first at the front, and the one that speaks where no language is known. For each language the best that
 * speaks in real time; one slower than speech only where nothing else speaks the language, or it is named.
 * @param speeds by id; of rivals at least, as far as they could be measured
 */
export const chooseVoices = (
  installed: readonly InstalledVoice[],
  speeds: ReadonlyMap<string, VoiceSpeed>,
): {voices: InstalledVoice[]; main: InstalledVoice | undefined} => {
  const speedOf = ({id}: InstalledVoice) => speeds.get(id)
  const rank = (voice: InstalledVoice): number => {
    const speed = speedOf(voice)
    return paces.indexOf(speed && paceOf(speed))
  }
  const best = installed.toSorted(byQuality)
  const spoken = new Set<string>()
  const voices: InstalledVoice[] = []
  const wanted = best.toSorted((a, b) => rank(a) - rank(b))
  const named = wanted.find(voice => voice.named)
  for (const voice of named ? [named, ...wanted.filter(one => one !== named)] : wanted) {
    // A second model of languages that are spoken already would only take memory.
    if (languagesOf(voice).every(language => spoken.has(language))) continue
    voices.push(voice)
    for (const language of languagesOf(voice)) spoken.add(language)
  }
  const [language] = best.flatMap(languagesOf)
  return {voices, main: voices.find(voice => language !== undefined && languagesOf(voice).includes(language))}
}
