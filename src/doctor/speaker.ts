import type {Settings} from '../config/schema.ts'
import {openSpeakerRecognition} from '../engines/speaker/recognition.ts'
import {openVoiceprints} from '../engines/speaker/voiceprints.ts'
import {isEssenceError, messageOf} from '../kit/errors.ts'
import {type Finding, failure, ok, warning} from './finding.ts'

const name = 'speaker model'

/** What tells people apart by their voices, and who is known with it: nothing where that is off. @throws CANCELLED */
export const checkSpeaker = async (settings: Settings, signal: AbortSignal): Promise<Finding[]> => {
  if (settings.SPEAKER_MODEL === undefined) return []
  try {
    const recognition = await openSpeakerRecognition(settings, signal)
    if (!recognition) return []
    try {
      const all = (await openVoiceprints(settings).all()).map(({person}) => person)
      const known = new Set(await recognition.enrolled())
      const lost = all.filter(person => !known.has(person))
      const detail = `${recognition.model}; ${known.size} ${known.size === 1 ? 'person is' : 'people are'} known`
      if (lost.length === 0) return [ok(name, detail)]
      const others = `enrolled with another model: ${lost.join(', ')}`
      return [warning(name, `${detail}; ${others}`, 'Have them enrol again, or set SPEAKER_MODEL to the model before.')]
    } finally {
      await recognition.close()
    }
  } catch (error) {
    if (signal.aborted) throw error
    const fix = isEssenceError(error) ? error.suggestions[0] : undefined
    return [failure(name, messageOf(error), fix ?? 'See the whole error: essence doctor --verbose')]
  }
}
