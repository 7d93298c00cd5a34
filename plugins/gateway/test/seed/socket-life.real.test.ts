import type {AddressInfo} from 'node:net'
import {setTimeout} from 'node:timers/promises'
import {describe, expect, it, onTestFinished} from 'vitest'
import {WebSocketServer} from 'ws'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {Sockets} from '../../src/door/socket/sockets.ts'
import {connected, openSeed, told} from './seed-gateway.ts'

/** Speech of so many seconds for each sentence. */
const lengthy = (seconds: number) => {
  const engines = scriptedEngines()
  engines.tts.synthesize = async function* () {
    yield {pcm: new Float32Array(48_000 * seconds).fill(0.1), sampleRate: 48_000}
  }
  return engines
}

describe('the life of a WebSocket', () => {
  it('ends with 1013 where what is sent is not read; nothing piles up meanwhile', async () => {
    await using gateway = await openSeed(lengthy(60), {stallMs: 500})
    using client = await connected(gateway.address)
    client.socket.pause()
    for (let n = 0; n < 50; n++) client.send({type: n < 3 ? 'tts_request' : 'ping', text: 'Read this.'})
    await expect
      .poll(async () => (await told(await fetch(`${gateway.address}/status`))).active_connections, {timeout: 30_000})
      .toBe(0)
    client.socket.resume()
    expect([1013, 1006]).toContain(await client.closed)
  })

  it('keeps no place of a turn while its client is slow to read', async () => {
    await using gateway = await openSeed(lengthy(60), {queue: {maxTurns: 1}})
    using slow = await connected(gateway.address)
    slow.send({type: 'tts_request', text: 'Read this.'})
    slow.socket.pause()
    using other = await connected(gateway.address, '/ws/bert')
    other.send({type: 'text', text: 'hello'})
    expect(await other.next()).toMatchObject({type: 'response'})
  })

  it('lasts where a client reads slowly, but reads', async () => {
    await using gateway = await openSeed(lengthy(120), {stallMs: 1000})
    using client = await connected(gateway.address)
    client.send({type: 'tts_request', text: 'Read this.'})
    for (let n = 0; n < 15; n++) {
      client.socket.pause()
      await setTimeout(150)
      client.socket.resume()
      await setTimeout(5)
    }
    expect(await client.next()).toMatchObject({type: 'audio_response', duration: 120})
  })

  it('ends with 1009 at a frame that is too large', async () => {
    await using gateway = await openSeed(scriptedEngines(), {maxAudioBytes: 100_000})
    using client = await connected(gateway.address)
    client.send({text: 'a'.repeat(200_000)})
    expect(await client.closed).toBe(1009)
    expect((await fetch(`${gateway.address}/health`)).status).toBe(200)
  })

  it('drops a recording that is too long, or stands still, and goes on', async () => {
    await using gateway = await openSeed(scriptedEngines(), {maxAudioBytes: 10_000, stallMs: 300})
    using client = await connected(gateway.address)
    client.send({type: 'audio_start'})
    for (let n = 0; n < 5; n++) client.send(Buffer.alloc(4000))
    expect(await client.next()).toMatchObject({type: 'error', code: 'AUDIO_TOO_LARGE'})
    client.send({type: 'audio_end'})
    client.send({type: 'audio_start'})
    client.send(Buffer.alloc(4000))
    expect(await client.next()).toMatchObject({type: 'error', code: 'TIMED_OUT'})
    client.send({text: 'still there'})
    expect(await client.next()).toMatchObject({type: 'response'})
  })

  it('is finished when the service drains: what was begun is answered, then 1001', async () => {
    const more = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const engines = scriptedEngines({
      beforePiece: () => {
        began.resolve()
        return more.promise
      },
    })
    await using gateway = await openSeed(engines)
    using idle = await connected(gateway.address, '/ws/bert')
    using client = await connected(gateway.address)
    client.send({text: 'one'})
    client.send({text: 'two'})
    await began.promise
    const deadline = AbortSignal.timeout(20_000)
    const quiet = gateway.health.drain(deadline)
    const drained = Promise.all([quiet, gateway.service.drain?.(deadline, quiet)])
    expect(await idle.closed).toBe(1001)
    client.send({text: 'too late'})
    expect(await client.next()).toMatchObject({type: 'error', code: 'ENGINE_BUSY'})
    more.resolve()
    expect(await client.next()).toMatchObject({text: 'You said: one.'})
    expect(await client.next()).toMatchObject({text: 'You said: two.'})
    expect(await client.closed).toBe(1001)
    await drained
  })

  it('ends where the other side is gone without a word', async () => {
    const sockets = new Sockets(50)
    // As one whose cable was pulled.
    const mute = new WebSocketServer({port: 0, host: '127.0.0.1', autoPong: false})
    onTestFinished(() => mute.close())
    await using gateway = await openSeed()
    using living = await connected(gateway.address)
    const {port} = mute.address() as AddressInfo
    using dead = await connected(`http://127.0.0.1:${port}`)
    for (const {socket} of [living, dead]) sockets.add({socket, caller: () => undefined, idle: async () => true})
    await dead.closed
    expect(sockets.count).toBe(1)
    sockets.end()
  })

  it('is counted in /status and /metrics', async () => {
    await using gateway = await openSeed()
    using _client = await connected(gateway.address)
    const status = await (await fetch(`${gateway.address}/status`)).json()
    expect(status).toEqual({
      service: 'gateway',
      version: '0.0.0',
      active_connections: 1,
      uptime: expect.any(Number),
      timestamp: expect.any(String),
    })
    const metrics = await (await fetch(`${gateway.address}/metrics`)).text()
    expect(metrics).toMatch(/^june_ws_connections 1$/m)
    expect(metrics).toMatch(/^june_turns_waiting 0$/m)
  })
})
