import {editDistance} from '@essence/core/kit/nearest'

/** 1 for the same letters, 0 for nothing in common; case and punctuation do not count. */
export const similarity = (heard: string, said: string): number => {
  const [a, b] = [heard, said].map(text => text.toLowerCase().replace(/[^\p{L}\p{N}' ]/gu, '')) as [string, string]
  return 1 - editDistance(a, b) / Math.max(1, a.length, b.length)
}
