import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import {expect, it} from 'vitest'

const cosine = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

it('is nearer where texts have the same words, and says the same of the same', async () => {
  const embedder = mockEmbedder()
  const texts = ['The cat sleeps.', 'the cat eats', 'Ten green bottles', '', 'the cat sleeps']
  const [cat, eats, bottles, empty, again] = await embedder.embed(texts, {as: 'passage'})
  for (const vector of [cat, eats, bottles, empty]) {
    expect(vector).toHaveLength(embedder.dimension)
    expect(cosine(vector, vector)).toBeCloseTo(1, 5)
  }
  expect(again).toEqual(cat)
  expect(cosine(cat, eats)).toBeGreaterThan(cosine(cat, bottles) + 0.2)
})

it('ends as embedders do', async () => {
  const embedder = mockEmbedder()
  const cancelled = embedder.embed(['a'], {as: 'query', signal: AbortSignal.abort()})
  await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED'})
  await embedder.close()
  await expect(embedder.embed(['a'], {as: 'query'})).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
})
