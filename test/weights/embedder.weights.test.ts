import {openLlamaEmbedder} from '@essence/core/llm/llama/embedding/llama-embedder'
import {expect, it} from 'vitest'
import {miniLM, smolLM2} from './published.ts'

const small = {device: {backend: 'cpu'}, threads: 1} as const

it.skipIf(miniLM.missing)(`MiniLM's vectors are near where texts mean alike${miniLM.missing}`, async () => {
  const embedder = await openLlamaEmbedder({modelPath: miniLM.path, ...small})
  const vectors = await embedder.embed(
    [
      'A man is eating food.',
      'A man is eating a piece of bread.',
      'The girl is carrying a baby.',
      'word '.repeat(2000),
    ],
    {as: 'passage'},
  )
  const cosine = (a: number, b: number): number =>
    (vectors[a] ?? new Float32Array()).reduce((sum, value, i) => sum + value * (vectors[b]?.[i] ?? 0), 0)
  // As sentence-transformers has them for the same model.
  expect(cosine(0, 1)).toBeCloseTo(0.755, 2)
  expect(cosine(0, 2)).toBeLessThan(0.2)
  expect(embedder).toMatchObject({dimension: 384, maxTokens: 509, model: 'all-MiniLM-L6-v2-f16.gguf'})
  await embedder.close()
})

it.skipIf(smolLM2.missing)(`a chat model is refused as an embedding model${smolLM2.missing}`, async () => {
  await expect(openLlamaEmbedder({modelPath: smolLM2.path, ...small})).rejects.toMatchObject({code: 'MODEL_INVALID'})
})
