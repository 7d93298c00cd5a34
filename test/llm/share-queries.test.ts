import type {Embedder} from '@essence/core/llm/embedding-port'
import {shareQueries} from '@essence/core/llm/share-queries'
import {expect, it} from 'vitest'
import {wordEmbedder} from '../memory/word-embedder.ts'

/** An embedder that counts what it is asked, and fails as often. */
const counting = (failures = 0) => {
  const asked: string[][] = []
  const whole = wordEmbedder('one', 8)
  const embedder: Embedder = {
    ...whole,
    async embed(texts, options) {
      asked.push([...texts])
      if (asked.length <= failures) throw new Error('away')
      return whole.embed(texts, options)
    },
  }
  return {embedder: shareQueries(embedder), asked}
}

it('computes a question once in a turn, also one after the other, and anew in another', async () => {
  const {embedder, asked} = counting()
  const turn = {as: 'query', signal: new AbortController().signal} as const
  const [one, two] = await Promise.all([embedder.embed(['puppy'], turn), embedder.embed(['puppy'], turn)])
  expect(await embedder.embed(['puppy'], turn)).toEqual(one)
  expect(two).toEqual(one)
  expect(asked).toEqual([['puppy']])
  await embedder.embed(['hound'], turn)
  await embedder.embed(['hound'], {as: 'query', signal: new AbortController().signal})
  await embedder.embed(['hound'], {as: 'passage', signal: turn.signal})
  expect(asked).toHaveLength(4)
})

it('asks again after a failure', async () => {
  const {embedder, asked} = counting(1)
  await expect(embedder.embed(['puppy'], {as: 'query'})).rejects.toThrow('away')
  expect(await embedder.embed(['puppy'], {as: 'query'})).toHaveLength(1)
  expect(asked).toHaveLength(2)
})
