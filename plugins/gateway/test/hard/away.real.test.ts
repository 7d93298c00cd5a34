// Engines that are away, and clients that go away.
import {once} from 'node:events'
import {connect} from 'node:net'
import {EssenceError} from '@essence/core/kit/errors'
import {mockLlm} from '@essence/core/llm/mock'
import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import type {SpeechToText} from '@essence/core/stt/port'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {freePort} from '../../../../test/kit/free-port.ts'
import {connected} from '../seed/seed-gateway.ts'
import {expectFailure, expectFree, openHard, post, wav} from './hard-gateway.ts'

const boundary = {'content-type': 'multipart/form-data; boundary=x'}
const formOf = (name: string, more = ''): string =>
  `${more}--x\r\ncontent-disposition: form-data; name="${name}"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n${wav.toString('latin1')}\r\n--x--\r\n`
const field = (name: string, value: string) =>
  `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

const json = {'content-type': 'application/json'}
const hello = [{role: 'user', content: 'hello'}]
const stt = formOf('file', field('model', 'whisper-1'))

/** One of each kind of request that has an engine work. */
const requests: [path: string, headers: Record<string, string>, body: string][] = [
  ['/api/turn', json, '{"text":"a","speak":true}'],
  ['/api/turn', {'content-type': 'audio/wav'}, wav.toString('latin1')],
  ['/chat', json, '{"text":"a"}'],
  ['/chat', json, '{"type":"tts_request","text":"a"}'],
  ['/api/v1/llm/generate', json, '{"prompt":"a"}'],
  ['/api/v1/tts/speak', json, '{"text":"a"}'],
  ['/api/v1/audio/transcribe', boundary, formOf('audio')],
  ['/v1/chat/completions', json, JSON.stringify({model: 'june', messages: hello})],
  ['/v1/chat/completions', json, JSON.stringify({model: 'june', messages: hello, stream: true})],
  ['/v1/chat/completions', json, JSON.stringify({model: 'mock', messages: hello})],
  ['/v1/chat/completions', json, JSON.stringify({model: 'mock', messages: hello, stream: true})],
  ['/v1/responses', json, JSON.stringify({model: 'june', input: 'hello'})],
  ['/v1/responses', json, JSON.stringify({model: 'june', input: 'hello', stream: true})],
  ['/v1/embeddings', json, JSON.stringify({model: 'mock-embedding', input: 'hello'})],
  ['/v1/audio/speech', json, JSON.stringify({model: 'tts-1', input: 'hello', voice: 'alloy'})],
  ['/v1/audio/transcriptions', boundary, stt],
  ['/v1/audio/translations', boundary, stt],
]

/** Hears a recording as a whole and piece by piece; what happens first, the test says. */
const hearing = (before: (signal: AbortSignal | undefined) => Promise<void> | void): SpeechToText => {
  const {stt} = scriptedEngines()
  return {
    ...stt,
    async *stream(sound, options) {
      for await (const _ of sound);
      await before(options?.signal)
      yield* stt.stream(sound, options)
    },
    async recognize(audio, options) {
      await before(options?.signal)
      return stt.recognize(audio, options)
    },
  }
}

const away = (): never => {
  throw new EssenceError('REMOTE_UNREACHABLE', 'Nobody answers at 127.0.0.1:1.')
}
const engines = {
  model: {...mockLlm(), chat: away},
  embedder: {...mockEmbedder(), embed: async () => away()},
  stt: hearing(away),
}

describe('an engine that is away', () => {
  it('is 503 with Retry-After on every route, as its clients read errors', async () => {
    await using gateway = await openHard(
      {beforePiece: away, beforeSpeech: text => (text === 'Hello.' ? undefined : away())},
      {},
      engines,
    )
    for (const [path, headers, body] of requests) {
      const answer = await fetch(gateway.address + path, {method: 'POST', headers, body: Buffer.from(body, 'latin1')})
      const text = await answer.text()
      const what = [path, body.slice(0, 40)]
      if (answer.status === 200) {
        expect([what, text]).toEqual([what, expect.stringMatching(/"error"|speechFailed/)])
        continue
      }
      expect([what, answer.status, answer.headers.get('retry-after')]).toEqual([
        what,
        503,
        expect.stringMatching(/^\d+$/),
      ])
      expectFailure(answer.status, text)
      expect('ok' in JSON.parse(text)).toBe(!path.startsWith('/v1'))
    }
    using client = await connected(gateway.address)
    client.send({text: 'a'})
    expect(await client.next()).toMatchObject({type: 'error', code: 'REMOTE_UNREACHABLE'})
    await expectFree(gateway, 0)
  })

  it('that is still loaded is 503 with Retry-After as well', async () => {
    const [port, loaded] = [await freePort(), Promise.withResolvers<void>()]
    const address = `http://127.0.0.1:${port}`
    const opening = openHard({}, {port, patienceMs: 1, openEngines: () => loaded.promise.then(() => scriptedEngines())})
    await expect
      .poll(
        () =>
          fetch(address).then(
            () => true,
            () => false,
          ),
        {timeout: 10_000},
      )
      .toBe(true)
    for (const [path, headers, body] of requests) {
      const answer = await fetch(address + path, {method: 'POST', headers, body: Buffer.from(body, 'latin1')})
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([
        path,
        503,
        expect.stringMatching(/^\d+$/),
      ])
      expectFailure(answer.status, await answer.text())
    }
    loaded.resolve()
    await (await opening)[Symbol.asyncDispose]()
  })
})

describe('a client that leaves', () => {
  it.each(requests)('in the middle of %s frees what worked for it', async (path, headers, body) => {
    let hangs = true
    const began = Promise.withResolvers<void>()
    const hang = () => {
      began.resolve()
      return hangs ? new Promise<void>(() => {}) : undefined
    }
    const heard = new Set<object>()
    const hearHang = async (signal: AbortSignal | undefined): Promise<void> => {
      if (!hangs) return
      began.resolve()
      const one = {}
      heard.add(one)
      await new Promise(resolve => signal?.addEventListener('abort', resolve))
      heard.delete(one)
      throw new EssenceError('CANCELLED', 'Cancelled.')
    }
    await using gateway = await openHard(
      {beforePiece: hang, beforeSpeech: text => (text === 'Hello.' ? undefined : hang())},
      {queue: {maxTurns: 1}},
      {stt: hearing(hearHang)},
    )
    const {hostname, port} = new URL(gateway.address)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.on('error', () => {})
    const answered = new Promise<void>(resolve => socket.on('data', () => resolve()))
    socket.write(
      Buffer.from(post(path, {...headers, 'content-length': `${Buffer.byteLength(body, 'latin1')}`}, body), 'latin1'),
    )
    // Those whose engine is a mock are done at once.
    await Promise.race([began.promise, answered])
    socket.destroy()
    await expect.poll(() => gateway.trace.running.size + heard.size, {timeout: 10_000}).toBe(0)
    hangs = false
    await expectFree(gateway, 1)
  })

  it('while the engines are loaded has no turn afterwards', async () => {
    const [port, loaded, engines] = [await freePort(), Promise.withResolvers<void>(), scriptedEngines()]
    const opening = openHard({}, {port, openEngines: () => loaded.promise.then(() => engines)})
    const isUp = () =>
      fetch(`http://127.0.0.1:${port}`).then(
        () => true,
        () => false,
      )
    await expect.poll(isUp, {timeout: 10_000}).toBe(true)
    const socket = connect(port, '127.0.0.1')
    const said = '{"text":"for nobody","speak":false}'
    await new Promise(resolve =>
      socket.write(post('/api/turn', {...json, 'content-length': `${said.length}`}, said), resolve),
    )
    // Another request that is answered meanwhile: this one is on its way.
    expect(await isUp()).toBe(true)
    await new Promise(resolve => socket.once('close', resolve).destroy())
    // By then it has been noticed.
    for (let n = 0; n < 3; n++) expect(await isUp()).toBe(true)
    loaded.resolve()
    await using gateway = await opening
    await expectFree({...gateway, trace: engines.trace})
    expect(engines.trace.requests.filter(({text}) => text !== 'free?')).toEqual([])
  })

  it('with half of its upload sent frees what was held', async () => {
    await using gateway = await openHard({}, {queue: {maxTurns: 1}})
    const {hostname, port} = new URL(gateway.address)
    for (const [path, headers, body] of requests) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      await once(socket, 'connect')
      const bytes = Buffer.from(
        post(path, {...headers, 'content-length': `${Buffer.byteLength(body, 'latin1')}`}, body),
        'latin1',
      )
      await new Promise(resolve => socket.write(bytes.subarray(0, bytes.length - 10), resolve))
      socket.destroy()
    }
    await expectFree(gateway, 1)
    expect(gateway.trace.requests.filter(({text}) => text !== 'free?')).toEqual([])
  })
})
