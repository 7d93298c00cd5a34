/**
 * A Bot API server on loopback, as https://core.telegram.org/bots/api documents it: what this service calls, typed by
 * grammY's description of it. It stands in for Telegram in mock mode and, with faults on request, in the tests.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Message, Update} from 'grammy/types'
import {callWebhook} from './call-webhook.ts'
import {commandLists} from './command-lists.ts'
import {methodsOf, Refusal, type ShownMessage, type StandInState} from './methods.ts'
import {multipartParts} from './multipart.ts'
import {updateQueue} from './update-queue.ts'

export interface Call {
  method: string
  payload: Record<string, unknown>
  /** When it arrived, by the stand-in's clock, in ms. */
  at: number
}

/** What a call is answered with: JSON, or the bytes of a file. */
type Outcome = {status: number; body: object} | {file: Buffer}

/** A call that has arrived. */
export interface Arrived {
  /** Its method; `file` for a download. */
  name: string
  request: IncomingMessage
  response: ServerResponse
  /** Does what it asks for. */
  carryOut: () => Promise<Outcome>
  send: (outcome: Outcome) => void
}

export interface StandInOptions {
  /** Of the bot; any other is refused. */
  token: string
  now?: (() => number) | undefined
  /** Whose certificates of webhooks are believed, in PEM, beside one that is given with its webhook. Default: the system's. */
  authority?: Buffer | undefined
  /** Answers a call. Default: carries it out, and sends what comes of it. */
  answer?: ((call: Arrived) => Promise<void>) | undefined
}

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

export const openStandIn = async ({token, now = Date.now, answer = answerIt, authority}: StandInOptions) => {
  const state: StandInState = {
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
    webhook: {},
    updates: [],
    files: new Map(),
    claimedSizes: new Map(),
    local: new Map(),
    shown: [],
    chats: new Set(),
    moved: new Map(),
    nextMessageId: 1000,
    drafts: new Map(),
    presses: new Set(),
    commandLists: new Map(),
  }
  const methods: Record<string, (args: never, files: Map<string, Buffer>) => unknown> = {
    ...methodsOf(state),
    ...commandLists(state),
  }
  const updates = updateQueue(state)
  const caller = callWebhook(state, authority)
  const calls: Call[] = []
  const downloads: string[] = []
  const messageIds = new Map<number, number>()
  const watchers = new Set<() => void>()
  let nextUpdateId = 870_000_001

  const changed = (): void => {
    for (const look of [...watchers]) look()
  }

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const closed = once(response, 'close')
    const [, route = '', method = ''] = /^\/(bot[^/]*|file\/bot[^/]*)\/(.*)$/.exec(request.url ?? '') ?? []
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const {payload, files} = readBody(Buffer.concat(chunks), request.headers['content-type'] ?? '')
    const isFile = route.startsWith('file/')
    if (isFile) downloads.push(method)
    else calls.push({method, payload, at: now()})
    changed()

    const perform = async (): Promise<Outcome> => {
      if (!route.endsWith(`bot${token}`)) throw new Refusal(401, 'Unauthorized')
      if (isFile) {
        const file = state.files.get(method.replace(/^voice\//, '').replace(/\.oga$/, ''))
        if (!file) throw new Refusal(404, 'Not Found')
        return {file}
      }
      const call = methods[method]
      if (!call && method !== 'getUpdates') throw new Refusal(404, 'Not Found: method not found')
      const result = call ? call(payload as never, files) : await updates.getUpdates(payload, closed)
      return {status: 200, body: {ok: true, result}}
    }
    await answer({
      name: isFile ? 'file' : method,
      request,
      response,
      carryOut: () =>
        perform().catch(error => {
          if (error instanceof Refusal) return refusal(error)
          throw error
        }),
      send: outcome => send(response, outcome),
    })
    changed()
  }

  const server = createServer((request, response) => {
    take(request, response).catch(error => response.destroy(error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
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
      messageIds.set(updateId, message.message_id)
      updates.push({update_id: updateId, message})
      return updateId
    },
    /** A person presses the button of a message that says so. @returns the id of the update */
    userPresses: (label: string, {from = 42, on}: {from?: number; on: ShownMessage}): number => {
      const buttons = on.keyboard?.inline_keyboard.flat() ?? []
      const button = buttons.find(({text}) => text === label)
      if (!button || !('callback_data' in button)) throw new Error(`The message has no button ${label}.`)
      const updateId = nextUpdateId++
      const id = `press-${updateId}`
      state.presses.add(id)
      const message = {
        message_id: on.id,
        date: 1_700_000_000,
        chat: {id: on.chatId, type: 'private' as const, first_name: 'Ada'},
        from: state.me,
        reply_markup: on.keyboard,
      } as Message
      updates.push({
        update_id: updateId,
        callback_query: {
          id,
          from: {id: from, is_bot: false, first_name: 'Ada'},
          message,
          chat_instance: String(on.chatId),
          data: button.callback_data,
        },
      })
      return updateId
    },
    /** Id of the message that came with an update. */
    messageIdOf: (updateId: number): number | undefined => messageIds.get(updateId),
    /**
     * Resolves once the condition holds; it is looked at after every call and answer.
     * @throws the reason of the signal
     */
    until: (condition: () => boolean, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          watchers.delete(look)
          reject(signal?.reason)
        }
        const look = (): void => {
          if (!condition()) return
          watchers.delete(look)
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        watchers.add(look)
        signal?.addEventListener('abort', stop)
        look()
      }),
    close: async (): Promise<void> => {
      updates.end()
      await caller.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type StandIn = Awaited<ReturnType<typeof openStandIn>>

const answerIt = async ({carryOut, send}: Arrived): Promise<void> => send(await carryOut())

/** An error as the Bot API answers it. */
export const refusal = ({status, message, retryAfter, movedTo}: Refusal): Outcome => {
  const more = {
    ...(retryAfter === undefined ? {} : {retry_after: retryAfter}),
    ...(movedTo === undefined ? {} : {migrate_to_chat_id: movedTo}),
  }
  const parameters = Object.keys(more).length === 0 ? {} : {parameters: more}
  return {status, body: {ok: false, error_code: status, description: message, ...parameters}}
}

const send = (response: ServerResponse, outcome: Outcome): void => {
  if ('body' in outcome) {
    const {status, body} = outcome
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
    return
  }
  // Chunked, without a length: a client that believes headers learns nothing here.
  response.writeHead(200, {'content-type': 'application/octet-stream'})
  const {file} = outcome
  for (let sent = 0; sent < file.length; sent += 65_536) response.write(file.subarray(sent, sent + 65_536))
  response.end()
}

const readBody = (body: Buffer, type: string): {payload: Record<string, unknown>; files: Map<string, Buffer>} => {
  if (!type.startsWith('multipart/')) return {payload: body.length ? JSON.parse(body.toString()) : {}, files: new Map()}
  const files = multipartParts(body, type)
  return {payload: Object.fromEntries([...files].map(([key, value]) => [key, parsed(value.toString())])), files}
}

/** Fields of a form are texts; objects among them are JSON. */
const parsed = (value: string): unknown => {
  try {
    return /^[[{]/.test(value) ? JSON.parse(value) : value
  } catch {
    return value
  }
}
