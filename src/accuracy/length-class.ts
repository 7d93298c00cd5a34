import type {LengthClass} from '../report/test-report.ts'

/** Short: 1 to 3 words as they are written, medium: 4 to 10, long: 11 and more. */
export const lengthClassOf = (text: string): LengthClass => {
  const words = text.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length
  if (words <= 3) return 'short'
  return words <= 10 ? 'medium' : 'long'
}
