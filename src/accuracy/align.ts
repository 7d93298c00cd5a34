import type {AlignedWord} from '../report/test-report.ts'
import {lastRow} from './edit-distance.ts'

/**
 * Words that were said beside those that were heard, in order and with the fewest differences: a word without its other was left
 * out or put in. Memory is linear in the words (Hirschberg 1975, "A linear space algorithm for computing maximal common
 * subsequences").
 */
export const alignWords = (said: readonly string[], heard: readonly string[]): AlignedWord[] => {
  const [word] = said
  if (word === undefined) return heard.map(other => ({heard: other}))
  if (heard.length === 0) return said.map(other => ({said: other}))
  if (said.length === 1) {
    const at = Math.max(0, heard.indexOf(word))
    return heard.map((other, index) => (index === at ? {said: word, heard: other} : {heard: other}))
  }
  const middle = said.length >> 1
  const before = lastRow(said.slice(0, middle), heard)
  const after = lastRow(said.slice(middle).toReversed(), heard.toReversed()).reverse()
  const costs = before.map((cost, index) => cost + (after[index] as number))
  const cut = costs.indexOf(costs.reduce((a, b) => Math.min(a, b)))
  return [
    ...alignWords(said.slice(0, middle), heard.slice(0, cut)),
    ...alignWords(said.slice(middle), heard.slice(cut)),
  ]
}

/** How many differences an alignment shows. */
export const differencesOf = (alignment: readonly AlignedWord[]): number =>
  alignment.filter(({said, heard}) => said !== heard).length
