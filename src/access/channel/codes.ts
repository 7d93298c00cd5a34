import {randomInt} from 'node:crypto'

/** Neither 0, O, 1 nor I: codes are read aloud and typed. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const length = 8

export const newCode = (): string => Array.from({length}, () => alphabet[randomInt(alphabet.length)] ?? '').join('')

/** A code as somebody typed it: in small letters, with blanks or dashes. */
export const readCode = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase()
