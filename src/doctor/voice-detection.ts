import type {Settings} from '../config/schema.ts'
import {openVadOf} from '../engines/local-recognizer.ts'
import {modesOf} from '../engines/modes.ts'
import {isEssenceError, messageOf} from '../kit/errors.ts'
import {type Finding, failure, ok, warning} from './finding.ts'

const name = 'speech detection'

/**
 * What tells speech from silence before recognition: nothing where the recogniser runs elsewhere or is a stand-in, a warning where it
 * hears loudness only.
 */
export const checkVoiceDetection = async (settings: Settings, signal: AbortSignal): Promise<Finding[]> => {
  if (settings.STT_URL !== undefined || modesOf(settings).stt === 'mock') return []
  if (!settings.STT_ENABLE_VAD)
    return [
      warning(
        name,
        'off: silence and noise reach the recogniser, which may invent words',
        'Set STT_ENABLE_VAD to true.',
      ),
    ]
  try {
    const vad = await openVadOf(settings, signal)
    await vad.close()
    return [
      vad.neural
        ? ok(name, vad.description)
        : warning(
            name,
            `${vad.description}; music and noise pass for speech`,
            'Install the dependencies again, in the checkout: sh bin/setup.sh install',
          ),
    ]
  } catch (error) {
    if (signal.aborted) throw error
    const fix = isEssenceError(error) ? error.suggestions[0] : undefined
    return [failure(name, messageOf(error), fix ?? 'See the whole error: essence doctor --verbose')]
  }
}
