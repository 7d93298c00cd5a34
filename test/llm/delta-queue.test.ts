import {DeltaQueue} from '@essence/core/llm/delta-queue'
import {describe, expect, it} from 'vitest'

const read = async (queue: DeltaQueue<number>): Promise<number[]> => {
  const items: number[] = []
  for await (const item of queue) items.push(item)
  return items
}

describe('DeltaQueue', () => {
  it('gives what was pushed before and while it is read, in order', async () => {
    const queue = new DeltaQueue<number>()
    queue.push(1)
    const reading = read(queue)
    await Promise.resolve()
    queue.push(2)
    queue.push(3)
    queue.end()
    queue.push(4)
    expect(await reading).toEqual([1, 2, 3])
  })

  it('fails at once, dropping what was not read, even after its end', async () => {
    const queue = new DeltaQueue<number>()
    queue.push(1)
    queue.end()
    queue.fail(new Error('first'))
    queue.fail(new Error('second'))
    await expect(read(queue)).rejects.toThrow('first')
  })
})
