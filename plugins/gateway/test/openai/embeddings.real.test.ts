import {describe, expect, it} from 'vitest'
import {openClient} from './client.ts'

const model = 'mock-embedding'

describe('embeddings', () => {
  it('are the same as bytes, which the client asks for, and as numbers', async () => {
    await using opened = await openClient()
    const {embeddings} = opened.client
    const input = ['the red house', 'a house in red', 'nothing alike']
    const bytes = await embeddings.create({model, input})
    const numbers = await embeddings.create({model, input, encoding_format: 'float', dimensions: 64})
    expect(numbers.data.map(({embedding}) => embedding)).toEqual(bytes.data.map(({embedding}) => embedding))
    expect(bytes).toMatchObject({object: 'list', model, usage: {prompt_tokens: 12, total_tokens: 12}})
    expect(bytes.data.map(({index}) => index)).toEqual([0, 1, 2])
    const [red = [], house = [], other = []] = bytes.data.map(({embedding}) => embedding)
    const near = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
    expect(near(red, red)).toBeCloseTo(1)
    expect(near(red, house)).toBeGreaterThan(near(red, other))
    expect((await embeddings.create({model, input: 'one'})).data.length).toBe(1)
  })

  it.each([
    [{input: [[1, 2, 3]]}, 'input[0]'],
    [{input: [1, 2]}, 'input[0]'],
    [{input: ''}, 'input'],
    [{input: []}, 'input'],
    [{input: 'a', dimensions: 8}, 'dimensions'],
    [{input: 'a', encoding_format: 'hex'}, 'encoding_format'],
  ])('are refused by name: %j', async (more, param) => {
    await using opened = await openClient()
    const asked = opened.client.embeddings.create({model, ...more} as never)
    await expect(asked).rejects.toMatchObject({status: 400, param, type: 'invalid_request_error'})
  })

  it('are those of the embedding model only', async () => {
    await using opened = await openClient()
    await expect(opened.client.embeddings.create({model: 'mock', input: 'a'})).rejects.toMatchObject({
      ...{status: 404, code: 'model_not_found', message: expect.stringContaining(model)},
    })
  })
})
