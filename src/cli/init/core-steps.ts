import type {SetupStep} from '../../config/setup-step.ts'
import {usageError} from '../base-command.ts'

const languageNames = new Intl.DisplayNames('en', {type: 'language', fallback: 'none'})

/** `German`, for `de` and `de-AT`. */
const languageName = (code: string): string | undefined => {
  try {
    return languageNames.of(code)
  } catch {
    return undefined
  }
}

const language: SetupStep = {
  name: 'STT_LANGUAGE',
  flag: 'language',
  intro: () => ['Language people speak to June: auto listens for it in each message, a code (en, de, pt-BR) is surer.'],
  question: 'Language',
  recommended: 'auto',
  check: async ({STT_LANGUAGE: code}) => {
    if (code === 'auto') return 'found out in each message'
    const name = languageName(code)
    if (name) return name
    throw usageError(`"${code}" is no code of a language.`, ['English is en, German de, French fr, Spanish es.'])
  },
}

const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

const timeZone: SetupStep = {
  name: 'TIME_ZONE',
  flag: 'time-zone',
  intro: () => ['Time zone, for reminders and "what time is it?".'],
  question: 'Time zone',
  recommended: machineZone(),
  known: () => Intl.supportedValuesOf('timeZone'),
  check: async ({TIME_ZONE}) =>
    `it is ${new Intl.DateTimeFormat('en-GB', {timeStyle: 'short', timeZone: TIME_ZONE}).format()} there`,
}

/** What is asked of everybody, beside the models. */
export const coreSteps: readonly SetupStep[] = [language, timeZone]
