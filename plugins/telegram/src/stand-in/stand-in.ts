/**
 * A Bot API server on loopback, as https://core.telegram.org/bots/api documents it: what this service calls, typed by
 * grammY's description of it. It stands in for Telegram in mock mode and, with faults on request, in the tests.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Condition} from '@essence/core/kit/flow/condition'
import {callWebhook} from './call-webhook.ts'
import {methodsOf} from './methods/methods.ts'
import {peopleOf} from './people.ts'
import {Refusal} from './refusal.ts'
import {newState, type ShownMessage} from './state.ts'
import {updateQueue} from './update-queue.ts'
import {type Outcome, readBody, refusal, send} from './wire.ts'

export interface Call {
  method: string
  payload: Record<string, unknown>
  /** When it arrived, by the stand-in's clock, in ms. */
  at: number
}

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

export const openStandIn = async ({token, now = Date.now, answer = answerIt, authority}: StandInOptions) => {
  const state = newState(token)
  const methods: Record<string, (args: never, files: Map<string, Buffer>) => unknown> = methodsOf(state)
  const updates = updateQueue(state)
  const caller = callWebhook(state, authority)
  const calls: Call[] = []
  const downloads: string[] = []
  const changes = new Condition()
  const changed = (): void => changes.changed()

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
    ...peopleOf(state, updates.push),
    /**
     * Resolves once the condition holds; it is looked at after every call and answer.
     * @throws the reason of the signal
     */
    async until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
      if (!(await changes.until(condition, signal))) throw signal?.reason
    },
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
