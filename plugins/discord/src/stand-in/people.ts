import {randomBytes} from 'node:crypto'
import {directOf} from './routes.ts'
import {messageJson, type ShownMessage, type StandInState, type StoredFile, snowflake, userJson} from './state.ts'

/** What a person sends. Files have the sizes they really have, unless said otherwise. */
export interface Sent {
  from?: string
  /** Default: the direct messages of `from`. */
  channel?: string
  text?: string
  /** Id of the message it answers. */
  replyTo?: string
  voice?: {bytes: Uint8Array; seconds?: number; claimedSize?: number}
  file?: {bytes: Uint8Array; name: string; type?: string}
  /** By another program. */
  isBot?: boolean
}

export interface PeopleContext {
  state: StandInState
  root: () => string
  dispatch: (event: string, data: unknown) => void
}

/** What people do: they write, change, delete, give commands and press buttons. */
export const peopleOf = ({state, root, dispatch}: PeopleContext) => {
  const guildOf = (channelId: string): object =>
    state.channels.get(channelId)?.type === 1 ? {} : {guild_id: state.guildId}

  const interact = (from: string, channelId: string, rest: object, more: object = {}): string => {
    const id = snowflake(state.now())
    const token = randomBytes(24).toString('base64url')
    state.interactions.set(token, {
      id,
      token,
      channelId,
      userId: from,
      at: state.now(),
      ephemeral: false,
      ...('message' in more ? {pressed: (more.message as {id: string}).id} : {}),
    })
    const user = userJson(state, from)
    const isDirect = state.channels.get(channelId)?.type === 1
    dispatch('INTERACTION_CREATE', {
      id,
      application_id: state.applicationId,
      token,
      version: 1,
      channel_id: channelId,
      channel: {id: channelId, type: state.channels.get(channelId)?.type ?? 0},
      ...guildOf(channelId),
      ...(isDirect ? {user} : {member: {user, roles: [], permissions: '0', joined_at: '2024-01-01T00:00:00.000Z'}}),
      locale: 'en-US',
      entitlements: [],
      authorizing_integration_owners: {0: isDirect ? '0' : state.guildId},
      attachment_size_limit: 10_485_760,
      ...rest,
      ...more,
    })
    return id
  }

  return {
    /** A person sends a message. @returns its id */
    userSends: ({from = '42', channel, text = '', replyTo, voice, file, isBot = false}: Sent): string => {
      const channelId = channel ?? directOf(state, from).id
      const id = snowflake(state.now())
      const attachments: StoredFile[] = []
      if (voice) {
        const {bytes, seconds = 1, claimedSize} = voice
        const stored = {id: snowflake(state.now()), name: 'voice-message.ogg', type: 'audio/ogg', seconds, claimedSize}
        attachments.push({...stored, bytes: Buffer.from(bytes), waveform: Buffer.alloc(64, 9).toString('base64')})
      }
      if (file) attachments.push({id: snowflake(state.now()), ...file, bytes: Buffer.from(file.bytes)})
      for (const one of attachments) state.files.set(one.id, one)
      const message: ShownMessage = {
        id,
        channelId,
        authorId: from,
        isBot,
        text,
        replyTo,
        buttons: [],
        mentions: [...text.matchAll(/<@!?(\d+)>/g)].map(([, named]) => named ?? ''),
        attachments,
        ephemeral: false,
        texts: [text],
        deleted: false,
      }
      state.messages.push(message)
      const where = state.channels.get(channelId)
      if (where) where.lastMessageId = id
      const json = messageJson(state, message, root())
      dispatch('MESSAGE_CREATE', {...json, ...guildOf(channelId)})
      return id
    },
    userEdits: (id: string, text: string): void => {
      const message = state.messages.find(one => one.id === id)
      if (!message) throw new Error(`There is no message ${id}.`)
      message.text = text
      message.editedAt = state.now()
      dispatch('MESSAGE_UPDATE', {...messageJson(state, message, root()), ...guildOf(message.channelId)})
    },
    userDeletes: (id: string): void => {
      const message = state.messages.find(one => one.id === id)
      if (!message) throw new Error(`There is no message ${id}.`)
      message.deleted = true
      dispatch('MESSAGE_DELETE', {id, channel_id: message.channelId, ...guildOf(message.channelId)})
    },
    /** A person gives a slash command. @returns the id of the interaction */
    userRuns: (name: string, options: Record<string, string> = {}, {from = '42', channel}: Sent = {}): string =>
      interact(from, channel ?? directOf(state, from).id, {
        type: 2,
        data: {
          id: '1',
          name,
          type: 1,
          options: Object.entries(options).map(([name, value]) => ({name, type: 3, value})),
        },
      }),
    /** A person presses the button of a message that says so. @returns the id of the interaction */
    userPresses: (label: string, {from = '42', on}: {from?: string; on: ShownMessage}): string => {
      const button = on.buttons.find(one => 'label' in one && one.label === label)
      if (!button || !('custom_id' in button)) throw new Error(`The message has no button ${label}.`)
      return interact(
        from,
        on.channelId,
        {type: 3, data: {component_type: 2, custom_id: button.custom_id}},
        {message: messageJson(state, on, root())},
      )
    },
    /** Another channel of the server: known to a client when it identifies next. */
    openChannel: (name: string, type: 0 | 11 = 0): string => {
      const id = snowflake(state.now())
      state.channels.set(id, {id, type, name})
      return id
    },
    directOf: (userId: string): string => directOf(state, userId).id,
  }
}
