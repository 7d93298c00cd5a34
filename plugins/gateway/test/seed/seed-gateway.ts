import {once} from 'node:events'
import {openAccess} from '@essence/core/access/open'
import type {Access} from '@essence/core/access/port'
import type {Engines} from '@essence/core/engines/open'
import WebSocket from 'ws'
import {accessSettings} from '../../../../test/access/open-access.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import type {GatewayOptions} from '../../src/service-options.ts'
import {openGateway} from '../open-gateway.ts'

/** ms for a test that makes a database: most of it is WebAssembly being compiled. */
export const databaseMs = 240_000

export type Message = {type: string} & Record<string, unknown>

/** What answers have in them, each some of it. */
export interface Told {
  access_token: string
  refresh_token: string
  token_type: string
  expires_in: number
  audio_b64: string
  audio_data: string
  active_connections: number
  error: {code: string}
  paths: Record<string, {post: {requestBody: {content: {'application/json': {schema: {properties: {text: object}}}}}}}>
}

export const told = async (response: Response): Promise<Told> => (await response.json()) as Told

/** A gateway with accounts, in a folder of its own; opened by the test or by the gateway, the same. */
export const openSeed = async (engines: Engines = scriptedEngines(), options: Partial<GatewayOptions> = {}) => {
  const access: Access = openAccess({settings: accessSettings(temporaryFolder()), log: () => {}, passwordCost: 4})
  const gateway = await openGateway(engines, {openAccess: async () => access, ...options})
  /** What a client that is not at this machine's door sends: a proxy's header, so that nobody is trusted for being here. */
  const afar = {'x-forwarded-for': '203.0.113.9'}
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(gateway.address + path, {
      method: 'POST',
      headers: {'content-type': 'application/json', ...headers},
      body: JSON.stringify(body),
    })
  const tokenFor = async (user: string) => (await access.issue(user)).accessToken
  return {...gateway, access, afar, post, tokenFor, [Symbol.asyncDispose]: () => gateway.service.close()}
}

export type Seed = Awaited<ReturnType<typeof openSeed>>

/** A client of `/ws/…`. */
export const connect = (address: string, path = '/ws/anna', headers: Record<string, string> = {}) => {
  const socket = new WebSocket(address.replace('http', 'ws') + path, {headers})
  const waiting: Message[] = []
  let take: ((message: Message) => void) | undefined
  socket.on('message', data => {
    const message: Message = JSON.parse(data.toString())
    if (take) take(message)
    else waiting.push(message)
    take = undefined
  })
  socket.on('error', () => {})
  const closed = once(socket, 'close').then(([code]) => code as number)
  const next = async (): Promise<Message> => {
    const message = waiting.shift()
    if (message) return message
    const {promise, resolve} = Promise.withResolvers<Message>()
    take = resolve
    return Promise.race([promise, closed.then(code => ({type: `closed ${code}`}))])
  }
  return {
    socket,
    closed,
    opened: once(socket, 'open'),
    /** The status an upgrade was refused with. */
    refused: once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number),
    send: (frame: unknown) =>
      socket.send(frame instanceof Uint8Array || typeof frame === 'string' ? frame : JSON.stringify(frame)),
    next,
    /** Messages up to the first of a type. */
    until: async (type: string): Promise<Message[]> => {
      const messages: Message[] = []
      for (;;) {
        const message = await next()
        messages.push(message)
        if (message.type === type || message.type.startsWith('closed')) return messages
      }
    },
    [Symbol.dispose]: () => socket.terminate(),
  }
}

/** The same, once it is open. */
export const connected = async (...args: Parameters<typeof connect>) => {
  const client = connect(...args)
  await client.opened
  return client
}
