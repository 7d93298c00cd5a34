import type {Settings} from '../config/schema.ts'
import {surveyVoices} from '../engines/voices/survey.ts'
import {type Finding, ok, warning} from './finding.ts'

/**
 * Which voices speak in real time on this machine: a finding for each. One that is not used is no warning.
 * @throws CANCELLED
 */
export const checkVoices = async (settings: Settings, signal: AbortSignal): Promise<Finding[]> =>
  (await surveyVoices(settings, signal)).map(({id: voice, used, pace, text}) => {
    const [id, detail] = [`voice ${voice}`, used ? text : `${text}; not used`]
    if (pace === undefined) return warning(id, detail, 'Check the files of models: essence models verify')
    if (used && pace === 'slow')
      return warning(id, detail, 'Install a Piper voice; see them: essence models list --kind tts')
    return ok(id, detail)
  })
