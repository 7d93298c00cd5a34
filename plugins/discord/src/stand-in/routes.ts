import {interactionRoutes} from './interaction-routes.ts'
import {edit, invalid, newMessage} from './messages.ts'
import type {Answered, Route, RouteContext} from './route.ts'
import {messageJson, nonceMs, Refusal, type ShownMessage, type StandInState, snowflake} from './state.ts'

/** What the service asks of https://discord.com/api/v10, as it is documented. */
export const routesOf = (context: RouteContext): Route[] => {
  const {state, root, changed} = context
  const json = (message: ShownMessage): Answered => ({status: 200, body: messageJson(state, message, root())})
  return [
    {name: 'me', method: 'GET', path: /^\/users\/@me$/, answer: () => ({status: 200, body: state.me})},
    {
      name: 'application',
      method: 'GET',
      path: /^\/applications\/@me$/,
      answer: () => ({
        status: 200,
        body: {id: state.applicationId, name: 'June', flags: 1 << 19, owner: {id: '42', username: 'ada'}, team: null},
      }),
    },
    {
      name: 'gateway',
      method: 'GET',
      path: /^\/gateway\/bot$/,
      answer: () => ({
        status: 200,
        body: {
          url: root().replace('http', 'ws'),
          shards: 1,
          session_start_limit: {total: 1000, remaining: 1000, reset_after: 60_000, max_concurrency: 1},
        },
      }),
    },
    {
      name: 'openDirect',
      method: 'POST',
      path: /^\/users\/@me\/channels$/,
      answer: ({payload}) => {
        const {id, lastMessageId} = directOf(state, String(payload['recipient_id']))
        return {status: 200, body: {id, type: 1, last_message_id: lastMessageId ?? null, recipients: []}}
      },
    },
    {
      name: 'putCommands',
      method: 'PUT',
      path: /^\/applications\/(\d+)\/commands$/,
      answer: ({payload}) => {
        state.commands = Array.isArray(payload) ? payload : []
        return {status: 200, body: state.commands}
      },
    },
    {
      name: 'typing',
      method: 'POST',
      path: /^\/channels\/(\d+)\/typing$/,
      answer: ({params: [id = '']}) => {
        state.typing.push({channelId: channelOf(state, id).id, at: state.now()})
        return {status: 204}
      },
    },
    {
      name: 'createMessage',
      method: 'POST',
      path: /^\/channels\/(\d+)\/messages$/,
      answer: ({params: [id = ''], payload, files}) => {
        const channel = channelOf(state, id)
        const {nonce, enforce_nonce: enforce} = payload as {nonce?: unknown; enforce_nonce?: boolean}
        if (typeof nonce === 'string' && nonce.length > 25) throw invalid('nonce', 'Must be 25 or fewer in length.')
        const key = `${id}:${String(nonce)}`
        const before = state.nonces.get(key)
        if (nonce !== undefined && enforce && before && state.now() - before.at < nonceMs) {
          const same = state.messages.find(message => message.id === before.messageId)
          if (same) return json(same)
        }
        const message = newMessage(state, channel.id, payload, files)
        if (nonce !== undefined) state.nonces.set(key, {messageId: message.id, at: state.now()})
        changed('MESSAGE_CREATE', message)
        return json(message)
      },
    },
    {
      name: 'getMessages',
      method: 'GET',
      path: /^\/channels\/(\d+)\/messages$/,
      answer: ({params: [id = ''], query}) => {
        channelOf(state, id)
        const limit = Math.min(100, Number(query.get('limit') ?? 50))
        const after = query.get('after')
        const all = state.messages.filter(one => one.channelId === id && !one.deleted && !one.ephemeral)
        const newer = after === null ? all : all.filter(one => BigInt(one.id) > BigInt(after))
        // The oldest after the given one, or the newest of all; newest first in either case.
        const page = after === null ? newer.slice(-limit) : newer.slice(0, limit)
        return {status: 200, body: page.toReversed().map(message => messageJson(state, message, root()))}
      },
    },
    {
      name: 'getMessage',
      method: 'GET',
      path: /^\/channels\/(\d+)\/messages\/(\d+)$/,
      answer: ({params: [id = '', messageId = '']}) => json(messageOf(state, channelOf(state, id).id, messageId)),
    },
    {
      name: 'editMessage',
      method: 'PATCH',
      path: /^\/channels\/(\d+)\/messages\/(\d+)$/,
      answer: ({params: [id = '', messageId = ''], payload}) => {
        const message = messageOf(state, channelOf(state, id).id, messageId)
        if (message.voice) throw new Refusal(400, 50162, 'Voice messages cannot be edited')
        edit(state, message, payload)
        changed('MESSAGE_UPDATE', message)
        return json(message)
      },
    },
    {
      name: 'deleteMessage',
      method: 'DELETE',
      path: /^\/channels\/(\d+)\/messages\/(\d+)$/,
      answer: ({params: [id = '', messageId = '']}) => {
        const message = messageOf(state, channelOf(state, id).id, messageId)
        message.deleted = true
        changed('MESSAGE_DELETE', message)
        return {status: 204}
      },
    },
    ...interactionRoutes(context),
  ]
}

/** The private conversation of a person with the bot. */
export const directOf = (state: StandInState, userId: string) => {
  const known = [...state.channels.values()].find(({recipient}) => recipient === userId)
  if (known) return known
  const channel = {id: snowflake(state.now()), type: 1 as const, recipient: userId, lastMessageId: undefined}
  state.channels.set(channel.id, channel)
  return channel
}

const channelOf = (state: StandInState, id: string) => {
  const channel = state.channels.get(id)
  if (!channel) throw new Refusal(404, 10003, 'Unknown Channel')
  if (channel.refuses) throw channel.refuses
  return channel
}

const messageOf = (state: StandInState, channelId: string, id: string): ShownMessage => {
  const found = state.messages.find(message => message.id === id && message.channelId === channelId)
  if (!found || found.deleted) throw new Refusal(404, 10008, 'Unknown Message')
  return found
}
