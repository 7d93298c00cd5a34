import {EssenceError} from '../kit/errors.ts'
import type {Passage} from './passages.ts'

/** @throws USAGE */
export const parseSsml = (_text: string): Passage[] => {
  throw new EssenceError('USAGE', 'SSML is not understood yet.')
}
