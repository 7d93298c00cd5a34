import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {allLines, linesOf, openGateway, postText} from '../open-gateway.ts'

const named = (key: string): RequestInit => ({headers: {'content-type': 'application/json', 'idempotency-key': key}})

/** A gateway whose answers say which they are, the first at once. */
const counting = async (until: Promise<void> = Promise.resolve()) => {
  let count = 0
  const gateway = await openGateway(
    scriptedEngines({
      async *answer() {
        count++
        yield `Answer ${count}, `
        await until
        yield 'to its end.'
      },
    }),
  )
  return {gateway, count: () => count}
}

const say = {text: 'a', speak: false}
const textOf = async (response: Response) => (await allLines(response)).at(-1)?.['text']

describe('a request that is repeated', () => {
  it('gets the same answer, and no second turn', async () => {
    const {gateway, count} = await counting()
    await using _ = gateway
    const first = await postText(gateway.address, say, named('one'))
    const lines = await first.text()
    const again = await postText(gateway.address, say, named('one'))
    expect([await again.text(), again.headers.get('idempotent-replayed'), count()]).toEqual([lines, 'true', 1])
    expect(await textOf(await postText(gateway.address, say, named('two')))).toBe('Answer 2, to its end.')
    expect(await textOf(await postText(gateway.address, say))).toBe('Answer 3, to its end.')
  })

  it('gets it also where its client had lost the connection in the middle', async () => {
    const end = Promise.withResolvers<void>()
    const {gateway, count} = await counting(end.promise)
    await using _ = gateway
    const leaving = new AbortController()
    const first = await postText(gateway.address, say, {...named('one'), signal: leaving.signal})
    for await (const {type} of linesOf(first)) if (type === 'delta') break
    leaving.abort()
    const again = textOf(await postText(gateway.address, say, named('one')))
    end.resolve()
    expect([await again, count()]).toEqual(['Answer 1, to its end.', 1])
  })

  it('is refused where it is another one', async () => {
    const {gateway} = await counting()
    await using _ = gateway
    await (await postText(gateway.address, say, named('one'))).text()
    const other = await postText(gateway.address, {...say, text: 'b'}, named('one'))
    expect([other.status, await other.json()]).toMatchObject([400, {error: {code: 'USAGE'}}])
  })

  it('is done anew where the first was refused for now', async () => {
    const end = Promise.withResolvers<void>()
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          yield 'Wait'
          await end.promise
        },
      }),
      {queue: {maxTurns: 1, maxWaiting: 0}},
    )
    const running = await postText(gateway.address, say)
    expect((await postText(gateway.address, say, named('one'))).status).toBe(503)
    end.resolve()
    await running.text()
    expect(await textOf(await postText(gateway.address, say, named('one')))).toBe('Wait')
  })
})

describe('turns that wait', () => {
  it('say how many are before them, and people take turns', async () => {
    const end = Promise.withResolvers<void>()
    const {gateway} = await counting(end.promise)
    await using _ = gateway
    const all = await Promise.all(Array.from({length: 7}, () => postText(gateway.address, say)))
    const waiting = await Promise.all(
      all.map(async response => {
        for await (const line of linesOf(response)) return line
        return undefined
      }),
    )
    expect(waiting.filter(line => line?.type === 'waiting').map(line => line?.['before'])).toEqual([0, 1, 2])
    end.resolve()
  })
})
