// Clients that send so slowly that they would hold what others need.
import {connect} from 'node:net'
import {describe, expect, it} from 'vitest'
import {trickle} from '../../../../test/kit/trickle.ts'
import {expectFree, openHard, post, talk, wav} from './hard-gateway.ts'

const json = {'content-type': 'application/json', 'content-length': '1000'}
const form = {'content-type': 'multipart/form-data; boundary=x', 'content-length': '100000'}
const fields = 'a'.repeat(1000)
const part = '--x\r\ncontent-disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n'

/** Every route that takes a body, as the OpenAPI document tells, and the one that stands beside it. */
const posts = async (address: string): Promise<{path: string; isForm: boolean}[]> => {
  const {paths} = (await (await fetch(`${address}/openapi.json`)).json()) as {
    paths: Record<string, {post?: {requestBody?: {content: object}}}>
  }
  return Object.entries(paths)
    .filter(([, {post}]) => post)
    .map(([path, {post}]) => ({
      path: path.replace(/\{\w+\}/g, 'anna'),
      isForm: 'multipart/form-data' in (post?.requestBody?.content ?? {}) || /transcri|translat|documents/.test(path),
    }))
}

describe('a body that trickles', () => {
  it('ends on every route that takes one, and holds no turn', async () => {
    await using gateway = await openHard({}, {stallMs: 300})
    const all = await posts(gateway.address)
    expect(all.length).toBeGreaterThan(10)
    await Promise.all(
      all.map(async ({path, isForm}) => {
        const [asJson, asForm] = await Promise.all([
          trickle(gateway.address, post(path, json), Buffer.from(fields)),
          isForm ? trickle(gateway.address, post(path, form, part), Buffer.alloc(1000)) : '',
        ])
        expect([path, asJson]).toEqual([path, expect.stringMatching(/^(HTTP\/1\.1 4\d\d|$)/)])
        expect([path, asForm]).toEqual([path, expect.stringMatching(/^(HTTP\/1\.1 (4\d\d|503)|$)/)])
      }),
    )
    await expectFree(gateway)
  })

  it.each([
    ['', ''],
    ['named, so that its answer is kept', 'once'],
  ])('of sound ends its turn %s', async (_, key) => {
    await using gateway = await openHard({}, {stallMs: 200, maxAudioMs: 300})
    const headers = {'content-type': 'audio/wav', 'transfer-encoding': 'chunked', ...(key && {'idempotency-key': key})}
    const chunk = `10\r\n${'\0'.repeat(16)}\r\n`
    await trickle(
      gateway.address,
      post('/api/turn', headers, `2c\r\n${wav.subarray(0, 44).toString('latin1')}\r\n`),
      Buffer.from(chunk),
    )
    await expectFree(gateway)
  })

  it.each([
    ['', ''],
    ['named, so that its answer is kept', 'once'],
  ])('and stops in the middle of sound ends its turn %s', async (_, key) => {
    await using gateway = await openHard({}, {stallMs: 200})
    const headers = {'content-type': 'audio/wav', 'content-length': '32044', ...(key && {'idempotency-key': key})}
    const said = await talk(
      gateway.address,
      Buffer.concat([Buffer.from(post('/api/turn', headers)), wav.subarray(0, 5000)]),
      {
        ms: 10_000,
        enough: /"error"/,
      },
    )
    expect(said.body).toContain('CANCELLED')
    await expectFree(gateway)
  })

  it('and stops while its turn waits for a place ends it once it has one', async () => {
    const end = Promise.withResolvers<void>()
    const answer = async function* () {
      yield 'Wait'
      await end.promise
    }
    await using gateway = await openHard({answer}, {stallMs: 200, queue: {maxTurns: 1}})
    const body = JSON.stringify({text: 'a', speak: false})
    const first = await fetch(`${gateway.address}/api/turn`, {
      ...{method: 'POST', headers: {'content-type': 'application/json'}, body},
    })
    await expect.poll(() => gateway.trace.requests.length).toBe(1)
    // Longer than a stall: what has come of the sound is not read meanwhile.
    setTimeout(() => end.resolve(), 1000)
    const headers = {'content-type': 'audio/wav', 'content-length': '32044'}
    const bytes = Buffer.concat([Buffer.from(post('/api/turn', headers)), wav.subarray(0, 5000)])
    const said = await talk(gateway.address, bytes, {ms: 20_000, enough: /"error"/})
    expect(said.body).toContain('CANCELLED')
    await first.text()
  })
})

describe('a head that trickles', () => {
  it('is told so, and its connection ends', async () => {
    await using gateway = await openHard({}, {stallMs: 400})
    const said = await trickle(
      gateway.address,
      'GET /api/status HTTP/1.1\r\nhost: localhost\r\nx-a: ',
      Buffer.from('a'),
    )
    expect(said).toMatch(/^HTTP\/1\.1 408 .*\r\n[\s\S]*"code":"BAD_REQUEST"/)
  })

  it('does not keep others waiting', async () => {
    await using gateway = await openHard()
    const {hostname, port} = new URL(gateway.address)
    const slow = Array.from({length: 500}, () => connect(Number(port), hostname))
    for (const socket of slow) socket.on('error', () => {}).write('GET / HTTP/1.1\r\nx-a: ')
    expect((await fetch(`${gateway.address}/api/status`)).status).toBe(200)
    for (const socket of slow) socket.destroy()
  })
})

describe('a client that reads nothing', () => {
  it('is dropped while its turn is told, and its place is free', async () => {
    // 40 sentences of speech are more than what sockets hold.
    const long = Array.from({length: 4000}, (_, n) => `Sentence ${n} is said. `)
    await using gateway = await openHard({answer: long}, {stallMs: 300, queue: {maxTurns: 1}})
    const {hostname, port} = new URL(gateway.address)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    const body = '{"text":"a","speak":true}'
    socket
      .pause()
      .write(post('/api/turn', {'content-type': 'application/json', 'content-length': `${body.length}`}, body))
    await expect.poll(() => gateway.trace.requests.length, {timeout: 10_000}).toBe(1)
    await expect.poll(() => gateway.trace.running.size, {timeout: 20_000}).toBe(0)
    expect(gateway.trace.spoken.length).toBeLessThan(4000)
    socket.destroy()
  })
})
