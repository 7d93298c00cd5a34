import {allowedName} from './entry.ts'

/** The command that downloads models, for people to type: by name or, outside the catalogue, by repository and revision. */
export const downloadCommand = (names: readonly string[]): string =>
  ['essence models download', ...names.map(name => (allowedName.test(name) ? `--allow ${name}` : name))].join(' ')
