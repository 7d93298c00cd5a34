import {edit, newMessage} from './messages.ts'
import type {Route, RouteContext} from './route.ts'
import {
  interactionMs,
  interactionTokenMs,
  messageJson,
  Refusal,
  type ShownMessage,
  type StandInState,
  type StoredInteraction,
} from './state.ts'

/** Answers to commands and to buttons: https://discord.com/developers/docs/interactions/receiving-and-responding */
export const interactionRoutes = (context: RouteContext): Route[] => {
  const {state, root, changed} = context
  const json = (message: ShownMessage) => ({status: 200, body: messageJson(state, message, root())})
  const original = (token: string): {interaction: StoredInteraction; message: ShownMessage | undefined} => {
    const interaction = byToken(state, token)
    return {interaction, message: state.messages.find(({id, deleted}) => id === interaction.originalId && !deleted)}
  }
  return [
    {
      name: 'callback',
      method: 'POST',
      path: /^\/interactions\/(\d+)\/([^/]+)\/callback$/,
      open: true,
      answer: ({params: [id = '', token = ''], payload, files}) => {
        const interaction = state.interactions.get(token)
        if (interaction?.id !== id) throw new Refusal(404, 10062, 'Unknown interaction')
        if (interaction.acknowledged) {
          throw new Refusal(400, 40060, 'Interaction has already been acknowledged.')
        }
        if (state.now() - interaction.at > interactionMs) throw new Refusal(404, 10062, 'Unknown interaction')
        const data = (payload['data'] ?? {}) as Record<string, unknown>
        const ephemeral = (Number(data['flags'] ?? 0) & 64) !== 0
        const type = Number(payload['type'])
        interaction.ephemeral = ephemeral
        if (type === 5) interaction.acknowledged = 'deferred'
        else if (type === 4) {
          interaction.acknowledged = 'message'
          const message = newMessage(state, interaction.channelId, data, files, ephemeral)
          interaction.originalId = message.id
          changed('MESSAGE_CREATE', message)
        } else if ((type === 6 || type === 7) && interaction.pressed) {
          interaction.acknowledged = 'update'
          interaction.originalId = interaction.pressed
          const message = state.messages.find(one => one.id === interaction.pressed)
          if (message && type === 7) {
            edit(state, message, data)
            changed('MESSAGE_UPDATE', message)
          }
        } else throw new Refusal(400, 50035, 'Invalid Form Body: type')
        return {status: 204}
      },
    },
    {
      name: 'editOriginal',
      method: 'PATCH',
      path: /^\/webhooks\/(\d+)\/([^/]+)\/messages\/@original$/,
      open: true,
      answer: ({params: [, token = ''], payload, files}) => {
        const {interaction, message} = original(token)
        if (message) {
          edit(state, message, payload)
          changed('MESSAGE_UPDATE', message)
          return json(message)
        }
        // The answer that was deferred becomes a message with its first edit.
        const first = newMessage(state, interaction.channelId, payload, files, interaction.ephemeral)
        interaction.originalId = first.id
        changed('MESSAGE_CREATE', first)
        return json(first)
      },
    },
    {
      name: 'deleteOriginal',
      method: 'DELETE',
      path: /^\/webhooks\/(\d+)\/([^/]+)\/messages\/@original$/,
      open: true,
      answer: ({params: [, token = '']}) => {
        const {interaction, message} = original(token)
        if (message) message.deleted = true
        interaction.originalId = 'deleted'
        return {status: 204}
      },
    },
    {
      name: 'followUp',
      method: 'POST',
      path: /^\/webhooks\/(\d+)\/([^/]+)$/,
      open: true,
      answer: ({params: [, token = ''], payload, files}) => {
        const interaction = byToken(state, token)
        const ephemeral = (Number(payload['flags'] ?? 0) & 64) !== 0
        const message = newMessage(state, interaction.channelId, payload, files, ephemeral)
        changed('MESSAGE_CREATE', message)
        return json(message)
      },
    },
  ]
}

const byToken = (state: StandInState, token: string): StoredInteraction => {
  const interaction = state.interactions.get(token)
  if (!interaction?.acknowledged) throw new Refusal(404, 10015, 'Unknown Webhook')
  if (state.now() - interaction.at > interactionTokenMs) throw new Refusal(401, 50027, 'Invalid Webhook Token')
  return interaction
}
