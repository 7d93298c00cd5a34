/**
 * A Bot API server on loopback, as https://core.telegram.org/bots/api documents it: what this service calls, typed by
 * grammY's description of it. Faults happen on request, never by themselves.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Message, Update} from 'grammy/types'
import {methodsOf, type PeerState, Refusal, type ShownMessage} from './bot-api-methods.ts'
import {multipartParts} from './bot-api-multipart.ts'

export type {ShownMessage} from './bot-api-methods.ts'

export interface Call {
  method: string
  payload: Record<string, unknown>
  /** When it arrived, by the peer's clock, in ms. */
  at: number
}

/** What goes wrong with a call. */
export type Fault =
  /** The connection breaks, before or after the call was carried out. */
  | {kind: 'broken'; carriedOut: boolean}
  /** No answer ever comes, and the connection stays. */
  | {kind: 'silent'; carriedOut: boolean}
  | {kind: 'refused'; status: number; description: string; retryAfter?: number}
  | {kind: 'held'; until: Promise<unknown>}
  | {kind: 'garbage'}

/** What a person sends. Files are made available for download and get the sizes they really have, unless said otherwise. */
export interface Sent {
  from?: number
  /** Default: the private chat of `from`. */
  chat?: {id: number; type: 'private' | 'group'}
  text?: string
  voice?: {bytes: Uint8Array; duration?: number; claimedSize?: number}
  /** Anything else of a message, verbatim. */
  extra?: Partial<Message>
  /** Default: the next one. */
  updateId?: number
}

export const openBotApiPeer = async ({
  token = '4711:AAexampleTokenForTests-not-a-real_one',
  now = Date.now as () => number,
} = {}) => {
  const state: PeerState = {
    me: {
      id: Number(token.split(':')[0]),
      is_bot: true,
      first_name: 'June',
      username: 'june_test_bot',
      can_join_groups: false,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      supports_join_request_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
      has_topics_enabled: false,
      allows_users_to_create_topics: false,
      can_manage_bots: false,
    },
    webhookUrl: '',
    updates: [],
    files: new Map(),
    claimedSizes: new Map(),
    shown: [],
    chats: new Set(),
    nextMessageId: 1000,
    drafts: new Map(),
  }
  const methods: Record<string, (args: never, files: Map<string, Buffer>) => unknown> = methodsOf(state)
  const calls: Call[] = []
  const downloads: string[] = []
  const faults: {method: string; fault: Fault}[] = []
  const messageIds = new Map<number, number>()
  let chaos: (method: string) => Fault | undefined = () => undefined
  const watchers = new Set<() => void>()
  let nextUpdateId = 870_000_001
  let newestId = 0
  let poll: {end(refusal?: Refusal): void} | undefined

  const changed = (): void => {
    for (const look of [...watchers]) look()
  }

  const getUpdates = (args: Record<string, unknown>, closed: Promise<unknown>): Promise<Update[]> | Update[] => {
    if (state.webhookUrl) {
      throw new Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
    }
    poll?.end(
      new Refusal(
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      ),
    )
    const offset = Number(args['offset'] ?? 0)
    const limit = Math.min(100, Math.max(1, Number(args['limit'] ?? 100)))
    // An offset far behind the newest id is taken for none: tdlib answers from the head of its queue then.
    if (offset > 0 && offset <= newestId + 11)
      state.updates = state.updates.filter(update => update.update_id >= offset)
    if (offset < 0) state.updates = state.updates.slice(offset)
    const timeout = Number(args['timeout'] ?? 0)
    if (state.updates.length || !timeout) return state.updates.slice(0, limit)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => mine.end(), timeout * 1000)
      const mine = {
        end: (refusal?: Refusal): void => {
          clearTimeout(timer)
          if (poll === mine) poll = undefined
          if (refusal) reject(refusal)
          else resolve(state.updates.slice(0, limit))
        },
      }
      poll = mine
      void closed.then(() => mine.end())
    })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const closed = once(response, 'close')
    const [, route = '', method = ''] = /^\/(bot[^/]*|file\/bot[^/]*)\/(.*)$/.exec(request.url ?? '') ?? []
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const isFile = route.startsWith('file/')
    const name = isFile ? 'file' : method
    const parts = request.headers['content-type']?.startsWith('multipart/')
      ? multipartParts(body, request.headers['content-type'])
      : undefined
    const payload = parts
      ? Object.fromEntries([...parts].map(([key, value]) => [key, parsed(value.toString())]))
      : body.length
        ? JSON.parse(body.toString())
        : {}
    if (isFile) downloads.push(method)
    else calls.push({method, payload, at: now()})

    const at = faults.findIndex(entry => entry.method === name)
    const fault = at < 0 ? chaos(name) : faults.splice(at, 1)[0]?.fault
    changed()
    if (fault?.kind === 'silent' && !fault.carriedOut) return
    if (fault?.kind === 'broken' && !fault.carriedOut) return void request.socket.destroy()
    if (fault?.kind === 'held') await fault.until
    if (fault?.kind === 'garbage') return void response.writeHead(200).end('<html>Bad Gateway</html>')
    try {
      if (fault?.kind === 'refused') throw new Refusal(fault.status, fault.description, fault.retryAfter)
      if (!route.endsWith(`bot${token}`)) throw new Refusal(401, 'Unauthorized')
      if (isFile) {
        const file = state.files.get(method.replace(/^voice\//, '').replace(/\.oga$/, ''))
        if (!file) throw new Refusal(404, 'Not Found')
        // Chunked, without a length: a client that believes headers learns nothing here.
        response.writeHead(200, {'content-type': 'application/octet-stream'})
        for (let sent = 0; sent < file.length; sent += 65_536) response.write(file.subarray(sent, sent + 65_536))
        return void response.end()
      }
      const call = methods[method]
      if (!call && method !== 'getUpdates') throw new Refusal(404, 'Not Found: method not found')
      const result =
        method === 'getUpdates' ? await getUpdates(payload, closed) : call?.(payload as never, parts ?? new Map())
      if (fault?.kind === 'broken') request.socket.destroy()
      else if (fault?.kind !== 'silent') json(response, 200, {ok: true, result})
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const parameters = error.retryAfter === undefined ? {} : {parameters: {retry_after: error.retryAfter}}
      json(response, error.status, {ok: false, error_code: error.status, description: error.message, ...parameters})
    }
    changed()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(error => response.destroy(error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const peer = {
    token,
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Every call of a method, oldest first. */
    calls,
    /** Paths of files that were asked for. */
    downloads,
    state,
    callsOf: (method: string): Call[] => calls.filter(call => call.method === method),
    /** What stands in a chat now, oldest first, without what was deleted. */
    shownIn: (chatId: number): ShownMessage[] => state.shown.filter(m => m.chatId === chatId && !m.deleted),
    /** The next `times` calls of a method go wrong; `file` is a download. */
    fault: (method: string, fault: Fault, times = 1): void => {
      for (let n = 0; n < times; n++) faults.push({method, fault})
    },
    /** What goes wrong with each call for which nothing else was said. */
    setChaos: (given: typeof chaos): void => {
      chaos = given
    },
    /** A person sends something. @returns the id of the update */
    userSends: ({from = 42, chat, text, voice, extra = {}, updateId = nextUpdateId++}: Sent): number => {
      const id = chat ?? {id: from, type: 'private' as const}
      state.chats.add(id.id)
      const message = {
        message_id: state.nextMessageId++,
        date: Math.floor(Date.now() / 1000),
        chat: {first_name: 'Ada', ...id},
        from: {id: from, is_bot: false, first_name: 'Ada', language_code: 'en'},
        ...(text === undefined ? {} : {text}),
        ...extra,
      } as Message & Update.NonChannel
      if (voice) {
        const fileId = `voice-${updateId}`
        state.files.set(fileId, Buffer.from(voice.bytes))
        if (voice.claimedSize !== undefined) state.claimedSizes.set(fileId, voice.claimedSize)
        message.voice = {
          file_id: fileId,
          file_unique_id: fileId,
          duration: voice.duration ?? 1,
          mime_type: 'audio/ogg',
          file_size: voice.claimedSize ?? voice.bytes.length,
        }
      }
      newestId = updateId
      messageIds.set(updateId, message.message_id)
      state.updates.push({update_id: updateId, message})
      poll?.end()
      return updateId
    },
    /** Id of the message that came with an update. */
    messageIdOf: (updateId: number): number | undefined => messageIds.get(updateId),
    /** Resolves once the condition holds; it is looked at after every call and answer. */
    until: (condition: () => boolean): Promise<void> =>
      new Promise(resolve => {
        const look = (): void => {
          if (!condition()) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    close: async (): Promise<void> => {
      poll?.end()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return peer
}

export type BotApiPeer = Awaited<ReturnType<typeof openBotApiPeer>>

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
}

/** Fields of a form are texts; objects among them are JSON. */
const parsed = (value: string): unknown => {
  try {
    return /^[[{]/.test(value) ? JSON.parse(value) : value
  } catch {
    return value
  }
}
