import {tokens} from './tokens.ts'

/** Who asks, as paths name them: `local` at the machine itself. */
export const personName = (): string => tokens()?.name ?? 'local'
