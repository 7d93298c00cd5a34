// What a hub answers when it is asked for a listing, and what is made of answers that are none.

import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {isEssenceError} from '@essence/core/kit/errors'
import {readSnapshot} from '@essence/core/models/hub/hub'
import {openHub} from '@essence/core/models/hub/hub-request'
import type {HubPause, HubRetryOptions} from '@essence/core/models/hub/hub-retry'
import {afterEach, describe, expect, it, onTestFinished, vi} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {commitOf, type Fault} from '../../peers/hub.ts'
import {peerFor} from '../setup.ts'

const repo = {files: {'model.bin': noiseBytes(1000)}}
const html = {'content-type': 'text/html; charset=utf-8'}

/** A clock that only the pauses move. */
const openClock = () => {
  const clock = {ms: 0}
  const sleep = async (ms: number): Promise<void> => {
    clock.ms += ms
  }
  return Object.assign(clock, {sleep})
}

const list = async (endpoint: string, options: HubRetryOptions & {signal?: AbortSignal} = {}) => {
  const hub = openHub({endpoint})
  return readSnapshot(hub, 'org/model', 'main', options).finally(() => hub.dispatcher.destroy())
}

/** The error of a listing, with the pauses before it. */
const refused = async (endpoint: string, options: HubRetryOptions = {}) => {
  const pauses: HubPause[] = []
  const error = await list(endpoint, {sleep: async () => {}, onPause: pause => pauses.push(pause), ...options}).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isEssenceError(error)) throw error ?? new Error('it was listed')
  return {error, pauses, text: [error.message, ...error.suggestions, String(error.cause ?? '')].join('\n')}
}

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(() => void vi.unstubAllEnvs())

describe('a hub that is busy', () => {
  it('is waited for over minutes, each pause told', async () => {
    const clock = openClock()
    const peer = await peerFor({
      repos: {'org/model': repo},
      fault: () => (clock.ms < 100_000 ? {kind: 'status', status: 503, headers: html, body: '<h1>'} : undefined),
    })
    const pauses: HubPause[] = []
    const {commit} = await list(peer.endpoint, {sleep: clock.sleep, onPause: pause => pauses.push(pause)})
    expect(commit).toBe(commitOf(repo))
    expect(pauses.length).toBe(peer.requests.length - 1)
    expect(pauses[0]?.reason).toBe('the hub is busy (503)')
  })

  const inTwentySeconds: Record<string, () => Fault> = {
    RateLimit: () => ({
      kind: 'status',
      status: 429,
      headers: {ratelimit: '"api";r=0;t=20', 'ratelimit-policy': '"fixed window";"api";q=500;w=300'},
    }),
    'Retry-After in seconds': () => ({kind: 'status', status: 503, headers: {'retry-after': '20'}}),
    'Retry-After as a date, by the clock of the hub': () => ({
      kind: 'status',
      status: 429,
      headers: {date: new Date(1e12).toUTCString(), 'retry-after': new Date(1e12 + 20_000).toUTCString()},
    }),
  }
  for (const [header, fault] of Object.entries(inTwentySeconds)) {
    it(`is asked again when it says: ${header}`, async () => {
      const clock = openClock()
      const peer = await peerFor({
        repos: {'org/model': repo},
        fault: () => (clock.ms < 20_000 ? fault() : undefined),
      })
      await list(peer.endpoint, {sleep: clock.sleep})
      expect(peer.requests.length).toBe(2)
      expect(clock.ms).toBe(20_000)
    })
  }

  it('and asks for an hour is left alone, and the hour is named', async () => {
    const fault: Fault = {kind: 'status', status: 429, headers: {'retry-after': '3600'}}
    const peer = await peerFor({repos: {'org/model': repo}, fault: () => fault})
    const {error, pauses} = await refused(peer.endpoint)
    expect(pauses).toEqual([])
    expect(error.message).toContain('1:00 h')
  })

  it('can be given up in the middle of a pause', async () => {
    const stop = new AbortController()
    const peer = await peerFor({
      repos: {'org/model': repo},
      fault: () => ({kind: 'status', status: 429, headers: {'retry-after': '200'}}),
    })
    const options = {signal: stop.signal, onPause: () => queueMicrotask(() => stop.abort())}
    await expect(list(peer.endpoint, options)).rejects.toMatchObject({code: 'CANCELLED'})
  })

  it('for ever ends as unreachable, and never at once although it says so', async () => {
    const clock = openClock()
    const peer = await peerFor({
      repos: {'org/model': repo},
      fault: () => ({kind: 'status', status: 503, headers: {'retry-after': '0'}}),
    })
    const {error} = await refused(peer.endpoint, {sleep: clock.sleep})
    expect(error.code).toBe('REMOTE_UNREACHABLE')
    expect(clock.ms).toBeGreaterThan(100_000)
  })
})

describe('what answers in place of a hub', () => {
  const withFault = async (fault: Fault) => (await peerFor({repos: {'org/model': repo}, fault: () => fault})).endpoint

  const strangers: Record<string, Fault> = {
    'a page with status 200': {kind: 'status', status: 200, headers: html, body: '<html>Log in</html>'},
    'a page without a type': {kind: 'status', status: 200, body: ' \n<!doctype html>'},
    'a proxy that blocks': {kind: 'status', status: 403, headers: html, body: '<html>Blocked</html>'},
    'a network that wants a login': {kind: 'status', status: 511},
    'something else in JSON': {kind: 'status', status: 200, body: '{"sha": 7, "siblings": []}'},
    'nothing at all': {kind: 'status', status: 200},
  }
  for (const [what, fault] of Object.entries(strangers)) {
    it(`${what}: is named as no hub, with its host`, async () => {
      const endpoint = await withFault(fault)
      const {error, pauses, text} = await refused(endpoint)
      expect(error.code).toBe('REMOTE_REFUSED')
      expect(pauses).toEqual([])
      expect(error.message).toContain('no model hub')
      expect(error.message).toContain(new URL(endpoint).host)
      expect(text).toMatch(/proxy/i)
      expect(text).not.toMatch(/object Object|HF_TOKEN/)
    })
  }

  it('a login page elsewhere: both hosts are named', async () => {
    const portal = await listening(createServer((_, response) => response.writeHead(200, html).end('<html>')))
    const endpoint = await withFault({kind: 'status', status: 302, headers: {location: `http://${portal}/login`}})
    const {error} = await refused(endpoint)
    expect(error.message).toContain(portal)
    expect(error.message).toContain(new URL(endpoint).host)
  })

  it('says which part of the answer was not understood', async () => {
    const {text} = await refused(await withFault({kind: 'status', status: 200, body: '{"sha": 7, "siblings": []}'}))
    expect(text).toContain('sha')
  })

  it('a proxy that wants a password is named, whether it answers or refuses the tunnel', async () => {
    const proxy = createServer((_, response) => response.writeHead(407).end())
    proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
    const address = `http://${await listening(proxy)}`
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, address)
    for (const scheme of ['https', 'http']) {
      const {error, pauses, text} = await refused(`${scheme}://hub.example`)
      expect(error.message).toContain('407')
      expect(text).toContain('HTTPS_PROXY=http://name:password@')
      expect(pauses).toEqual([])
    }
  })

  it('a proxy that does not let the hub through is named, and one that cannot reach it is asked again', async () => {
    const answers = ['403 Forbidden', '502 Bad Gateway', '403 Forbidden']
    const proxy = createServer()
    proxy.on('connect', (_, socket) => socket.end(`HTTP/1.1 ${answers.shift()}\r\n\r\n`))
    const address = `http://${await listening(proxy)}`
    for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, address)
    expect((await refused('https://hub.example')).error.message).toBe(
      'The proxy does not let this machine reach hub.example (403).',
    )
    const {error, pauses} = await refused('https://hub.example')
    expect(pauses.map(({reason}) => reason)).toEqual(['The proxy cannot reach hub.example (502)'])
    expect(error.message).toContain('(403)')
  })
})
