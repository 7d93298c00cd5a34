import {type ErrorCode, errorTable} from '../kit/errors.ts'

/** What each exit status tells a script. */
const meanings: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'a fault of Essence itself',
  2: 'the command line or its input cannot be used as given',
  3: 'something this machine must have or allow is missing: settings, models, space, rights',
  4: 'a token, or a permission, is missing or refused',
  5: 'another server cannot be reached, or refuses',
  6: 'an engine or a service does not work, or not as well as it must',
  7: 'busy: something else holds what is needed',
  8: 'data is not what it should be: a digest or a model file does not match',
  127: 'there is no such command',
  130: 'interrupted (Ctrl-C), or cancelled',
  143: 'terminated (SIGTERM)',
}

export interface ExitStatus {
  exit: number
  meaning: string
  /** The errors that end with it. */
  codes: ErrorCode[]
}

/** Every exit status in ascending order, also those no error of the table stands behind. */
export const exitStatuses = (): ExitStatus[] => {
  const codes = Object.keys(errorTable) as ErrorCode[]
  const statuses = new Set([...Object.keys(meanings).map(Number), ...codes.map(code => errorTable[code].exit)])
  return [...statuses]
    .sort((a, b) => a - b)
    .map(exit => ({exit, meaning: meanings[exit] ?? '', codes: codes.filter(code => errorTable[code].exit === exit)}))
}
