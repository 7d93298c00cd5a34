import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {Recordings} from '../../src/door/recordings.ts'
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

describe('an answer that failed on its way', () => {
  it('is told to the end, also to one that follows it, and is done anew for one that asks again', async () => {
    const fail = Promise.withResolvers<void>()
    let count = 0
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          count++
          yield 'It begins'
          if (count > 1) return
          await fail.promise
          throw new EssenceError('ENGINE_FAILED', 'No more.')
        },
      }),
    )
    const first = await postText(gateway.address, say, named('one'))
    const following = await postText(gateway.address, say, named('one'))
    fail.resolve()
    for (const response of [first, following]) {
      expect((await allLines(response)).at(-1)).toMatchObject({type: 'error', code: 'ENGINE_FAILED'})
    }
    expect(await textOf(await postText(gateway.address, say, named('one')))).toBe('It begins')
  })
})

describe('recordings', () => {
  const signal = new AbortController().signal
  const limits = {count: 2, bytes: 100, bytesEach: 10, ms: 1000}

  it('keep none that grows too large, and break off for those who follow it', async () => {
    const recordings = new Recordings(limits)
    const recording = recordings.begin('a', 'x')
    recording?.begin(200, 'text/plain')
    recording?.push('12345')
    const following = recording?.pieces(signal)
    expect((await following?.next())?.value).toEqual(Buffer.from('12345'))
    recording?.push('678901')
    recording?.push('more')
    recording?.end()
    await expect(following?.next()).rejects.toMatchObject({code: 'CANCELLED'})
    expect(recordings.get('a')).toBe(undefined)
  })

  it('forget the oldest, and those of yesterday', () => {
    let now = 0
    const recordings = new Recordings(limits, () => now)
    for (const key of ['a', 'b', 'c']) recordings.begin(key, 'x')?.end()
    expect([recordings.get('a'), recordings.get('c')]).toEqual([undefined, expect.anything()])
    now = 1001
    expect(recordings.get('c')).toBe(undefined)
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
