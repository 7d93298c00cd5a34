import type {Message, Update} from 'grammy/types'
import type {ShownMessage, StandInState} from './state.ts'

/** What a person sends. Files are made available for download and get the sizes they really have, unless said otherwise. */
export interface Sent {
  from?: number
  /** Default: the private chat of `from`. */
  chat?: {id: number; type: 'private' | 'group' | 'supergroup'}
  text?: string
  voice?: {bytes: Uint8Array; duration?: number; claimedSize?: number}
  /** Anything else of a message, verbatim. */
  extra?: Partial<Message>
  /** Default: the next one. */
  updateId?: number
}

/** What people do: they send, change, press, and make a supergroup of a group. @param push hands an update to the bot */
export const peopleOf = (state: StandInState, push: (update: Update) => void) => {
  const messageIds = new Map<number, number>()
  let nextUpdateId = 870_000_001

  const messageOf = ({from = 42, chat, text, voice, extra = {}}: Sent, updateId: number) => {
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
    if (!voice) return message
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
    return message
  }

  const comes = (updateId: number, update: Omit<Update, 'update_id'>, message: Message): number => {
    messageIds.set(updateId, message.message_id)
    push({update_id: updateId, ...update})
    return updateId
  }

  const userSends = ({updateId = nextUpdateId++, ...sent}: Sent): number => {
    const message = messageOf(sent, updateId)
    return comes(updateId, {message}, message)
  }

  return {
    /** A person sends something. @returns the id of the update */
    userSends,
    /** A person changes what they wrote. @param message its id @returns the id of the update */
    userEdits: (message: number, sent: Sent): number => {
      const updateId = nextUpdateId++
      const edited = {...messageOf(sent, updateId), message_id: message, edit_date: Math.floor(Date.now() / 1000)}
      return comes(updateId, {edited_message: edited as Update['edited_message'] & Update.Edited}, edited as Message)
    },
    /**
     * A group becomes a supergroup, which has another id: https://core.telegram.org/bots/api#message (migrate_to_chat_id).
     * @param told the notices that come of it, in this order
     */
    groupMoves: (from: number, to: number, told: readonly ('to' | 'from')[]): number[] => {
      state.moved.set(from, to)
      state.chats.add(to)
      return told.map(which =>
        which === 'to'
          ? userSends({chat: {id: from, type: 'group'}, extra: {migrate_to_chat_id: to}})
          : userSends({chat: {id: to, type: 'supergroup'}, extra: {migrate_from_chat_id: from}}),
      )
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
      push({
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
  }
}
