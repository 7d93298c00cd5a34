import type {Settings} from '../config/schema.ts'
import {mendingOf, openEngines} from '../engines/open.ts'
import {isEssenceError, messageOf} from '../kit/errors.ts'
import {type Finding, failure, ok, warning} from './finding.ts'

/**
 * Opens every engine as a service would and runs one turn through them: speak, listen, answer. What is a stand-in or a
 * demonstration is a warning, what does not open a failure.
 */
export const checkEngines = async (
  settings: Settings,
  signal: AbortSignal,
  onProgress: (message: string) => void,
): Promise<Finding[]> => {
  try {
    const engines = await openEngines(settings, {signal, onProgress})
    try {
      const roles = {'speech recognition': engines.stt, answers: engines.assistant, 'speech synthesis': engines.tts}
      const findings = Object.entries(roles).map(([role, {info}]) => {
        const detail = `${info.engine}, ${info.model}, on ${info.device} (${info.deviceReason})`
        return info.demo ? warning(role, `${detail}. ${info.demo}`, mendingOf(info)) : ok(role, detail)
      })
      const {check} = engines
      if (!check) return findings
      const times = `spoken in ${check.synthesizeMs} ms, heard in ${check.recognizeMs} ms, answered in ${check.answerMs} ms`
      const heard = check.heard ? `said "${check.said}", heard "${check.heard}"` : `said "${check.said}", heard nothing`
      return [
        ...findings,
        check.heard
          ? ok('live check', `${heard}; ${times}`)
          : warning('live check', `${heard}; ${times}`, 'Try another model: STT_MODEL.'),
      ]
    } finally {
      await engines.close()
    }
  } catch (error) {
    if (signal.aborted) throw error
    const fix = isEssenceError(error) ? error.suggestions[0] : undefined
    return [failure('engines', messageOf(error), fix ?? 'See the whole error: essence doctor --verbose')]
  }
}
