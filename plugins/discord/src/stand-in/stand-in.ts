/**
 * A server on loopback that acts as https://discord.com/developers/docs documents Discord: REST v10 and the gateway, as far as this
 * service uses them. It stands in for Discord in mock mode and, with faults on request, in the tests.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Condition} from '@essence/core/kit/flow/condition'
import {type GatewayOptions, openGateway} from './gateway.ts'
import {peopleOf} from './people.ts'
import type {Answered, Asked, Route} from './route.ts'
import {routesOf} from './routes.ts'
import {messageJson, newState, Refusal, type ShownMessage} from './state.ts'

export interface Call {
  /** Of the route, as in `routes.ts`. */
  name: string
  path: string
  payload: Record<string, unknown>
  /** When it arrived, by the stand-in's clock, in ms. */
  at: number
}

export type Outcome = Answered | {file: Buffer}

/** A call that has arrived. */
export interface Arrived {
  /** Of its route; `file` for a download. */
  name: string
  request: IncomingMessage
  response: ServerResponse
  /** Does what it asks for. */
  carryOut: () => Promise<Outcome>
  send: (outcome: Outcome) => void
}

export interface StandInOptions extends Pick<GatewayOptions, 'allowedIntents' | 'heartbeatMs' | 'onVoiceStateUpdate'> {
  /** Of the bot; any other is refused. */
  token: string
  now?: (() => number) | undefined
  /** Answers a call. Default: carries it out, and sends what comes of it. */
  answer?: ((call: Arrived) => Promise<void>) | undefined
}

export const openStandIn = async ({token, now = Date.now, answer = answerIt, ...gatewayOptions}: StandInOptions) => {
  const state = newState(token, now)
  const calls: Call[] = []
  const downloads: string[] = []
  const changes = new Condition()
  const looked = (): void => changes.changed()

  const server = createServer((request, response) => {
    take(request, response).catch(error => response.destroy(error))
  })
  let address = ''
  const root = (): string => address
  const gateway = openGateway(server, {token, state, root, changed: looked, ...gatewayOptions})
  const routes = routesOf({
    state,
    root,
    changed: (event, message) => {
      if (message.ephemeral) return
      const {id, channelId} = message
      const guild = state.channels.get(channelId)?.type === 1 ? {} : {guild_id: state.guildId}
      const data = event === 'MESSAGE_DELETE' ? {id, channel_id: channelId} : messageJson(state, message, root())
      gateway.dispatch(event, {...data, ...guild})
    },
  })

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '', address)
    const [, fileId] = /^\/attachments\/(\d+)\//.exec(url.pathname) ?? []
    const path = decodeURIComponent(url.pathname.replace(/^\/v\d+/, ''))
    const route = routes.find(one => one.method === request.method && one.path.test(path))
    const name = fileId ? 'file' : (route?.name ?? 'unknown')
    const {payload, files} = await readBody(Buffer.concat(chunks), request.headers['content-type'] ?? '')
    if (fileId) downloads.push(fileId)
    else calls.push({name, path, payload, at: now()})
    looked()

    const perform = (): Outcome => {
      if (fileId) {
        const file = state.files.get(fileId)
        if (!file) throw new Refusal(404, 0, 'Not Found')
        return {file: file.bytes}
      }
      if (!route) throw new Refusal(404, 0, '404: Not Found')
      if (!route.open && request.headers.authorization !== `Bot ${token}`) throw unauthorized()
      return route.answer(askedOf(route, path, url, payload, files))
    }
    await answer({
      name,
      request,
      response,
      carryOut: async () => {
        try {
          return perform()
        } catch (error) {
          if (error instanceof Refusal) return refusal(error)
          throw error
        }
      },
      send: outcome => send(response, outcome),
    })
    looked()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    token,
    root: address,
    state,
    gateway,
    /** Every call, oldest first, and the ids of files that were asked for. */
    calls,
    downloads,
    callsOf: (name: string): Call[] => calls.filter(call => call.name === name),
    /** What the bot has in a channel now, oldest first, without what was deleted. */
    shownIn: (channelId: string): ShownMessage[] =>
      state.messages.filter(one => one.channelId === channelId && one.authorId === state.me.id && !one.deleted),
    ...peopleOf({
      state,
      root,
      dispatch: (event, data) => {
        gateway.dispatch(event, data)
        looked()
      },
    }),
    /**
     * Resolves once the condition holds; it is looked at after every call and answer.
     * @throws the reason of the signal
     */
    async until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
      if (!(await changes.until(condition, signal))) throw signal?.reason
    },
    close: async (): Promise<void> => {
      gateway.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type StandIn = Awaited<ReturnType<typeof openStandIn>>

const answerIt = async ({carryOut, send}: Arrived): Promise<void> => send(await carryOut())

export const unauthorized = (): Refusal => new Refusal(401, 0, '401: Unauthorized')

/** An error as the API answers it. */
export const refusal = ({
  status,
  code,
  message,
  retryAfter,
  isGlobal,
  scope,
}: Refusal): Answered & {headers: object} => ({
  status,
  body: status === 429 ? {message, retry_after: retryAfter ?? 1, global: isGlobal, code} : {message, code},
  headers:
    status === 429
      ? {
          'retry-after': String(retryAfter ?? 1),
          'x-ratelimit-reset-after': String(retryAfter ?? 1),
          'x-ratelimit-remaining': '0',
          'x-ratelimit-scope': isGlobal ? 'global' : scope,
          ...(isGlobal ? {'x-ratelimit-global': 'true'} : {}),
        }
      : {},
})

const askedOf = (route: Route, path: string, url: URL, payload: Asked['payload'], files: Asked['files']): Asked => ({
  params: (route.path.exec(path) ?? []).slice(1),
  query: url.searchParams,
  payload,
  files,
})

/** What each bucket allows here; real ones differ by route and are not documented. */
const bucket = {'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '999', 'x-ratelimit-reset-after': '1'}

const send = (response: ServerResponse, outcome: Outcome): void => {
  if ('status' in outcome) {
    const {status, body, headers = {}} = outcome as Answered & {headers?: object}
    response.writeHead(status, {
      ...(body === undefined ? {} : {'content-type': 'application/json'}),
      ...bucket,
      ...headers,
    })
    response.end(body === undefined ? undefined : JSON.stringify(body))
    return
  }
  // Chunked, without a length: a client that believes headers learns nothing here.
  response.writeHead(200, {'content-type': 'application/octet-stream'})
  const {file} = outcome
  for (let sent = 0; sent < file.length; sent += 65_536) response.write(file.subarray(sent, sent + 65_536))
  response.end()
}

const readBody = async (body: Buffer, type: string): Promise<Pick<Asked, 'payload' | 'files'>> => {
  const files: Asked['files'] = new Map()
  if (body.length === 0) return {payload: {}, files}
  if (!type.startsWith('multipart/')) return {payload: JSON.parse(body.toString()), files}
  const form = await new Response(new Uint8Array(body), {headers: {'content-type': type}}).formData()
  let payload = {}
  for (const [name, value] of form) {
    if (typeof value !== 'string') files.set(name, {name: value.name, bytes: Buffer.from(await value.arrayBuffer())})
    else if (name === 'payload_json') payload = JSON.parse(value)
  }
  return {payload, files}
}
