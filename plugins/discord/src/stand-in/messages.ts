import type {APIActionRowComponent, APIButtonComponent} from 'discord.js'
import {Refusal, type ShownMessage, type StandInState, type StoredFile, snowflake} from './state.ts'

export const invalid = (field: string, message: string): Refusal =>
  new Refusal(400, 50035, `Invalid Form Body: ${field}: ${message}`)

const checkText = (text: string): void => {
  if ([...text].length > 2000) throw invalid('content', 'Must be 2000 or fewer in length.')
}

export const edit = (state: StandInState, message: ShownMessage, payload: Record<string, unknown>): void => {
  if (typeof payload['content'] === 'string') {
    checkText(payload['content'])
    message.text = payload['content']
    message.texts.push(message.text)
  }
  if (payload['components'] !== undefined) message.buttons = buttonsIn(payload)
  message.editedAt = state.now()
}

/** @throws Refusal where Discord would refuse it */
export const newMessage = (
  state: StandInState,
  channelId: string,
  payload: Record<string, unknown>,
  files: ReadonlyMap<string, {name: string; bytes: Buffer}>,
  ephemeral = false,
): ShownMessage => {
  const text = String(payload['content'] ?? '')
  checkText(text)
  const said = (payload['attachments'] ?? []) as {
    id: number | string
    filename?: string
    waveform?: string
    duration_secs?: number
  }[]
  const stored = [...files.values()].map(({name, bytes}, index): StoredFile => {
    const {waveform, duration_secs: seconds} = said.find(({id}) => Number(id) === index) ?? {}
    return {id: snowflake(state.now()), name, bytes, waveform, seconds}
  })
  const isVoice = (Number(payload['flags'] ?? 0) & 8192) !== 0
  if (isVoice) checkVoice(text, stored)
  if (!text.trim() && stored.length === 0) throw new Refusal(400, 50006, 'Cannot send an empty message')
  for (const file of stored) state.files.set(file.id, file)
  const [first] = stored
  const reference = payload['message_reference'] as {message_id?: string; fail_if_not_exists?: boolean} | undefined
  const exists = state.messages.some(({id, deleted}) => id === reference?.message_id && !deleted)
  if (reference?.message_id && !exists && reference.fail_if_not_exists !== false) {
    throw invalid('message_reference', 'Unknown message')
  }
  const message: ShownMessage = {
    id: snowflake(state.now()),
    channelId,
    authorId: state.me.id,
    text,
    replyTo: exists ? reference?.message_id : undefined,
    ...(isVoice ? {voice: first?.bytes, voiceSeconds: first?.seconds, waveform: first?.waveform} : {}),
    buttons: buttonsIn(payload),
    mentions: mentionsIn(text, payload),
    attachments: stored,
    ephemeral,
    texts: [text],
    deleted: false,
  }
  state.messages.push(message)
  const channel = state.channels.get(channelId)
  if (channel && !ephemeral) channel.lastMessageId = message.id
  return message
}

/** https://discord.com/developers/docs/resources/message#message-object-message-flags: IS_VOICE_MESSAGE */
const checkVoice = (text: string, files: readonly StoredFile[]): void => {
  const [file] = files
  if (text) throw new Refusal(400, 50159, 'Voice messages do not support additional content')
  if (!file || files.length > 1) throw new Refusal(400, 50160, 'Voice messages must have a single audio attachment')
  const {waveform, seconds, bytes} = file
  const samples = Buffer.from(waveform ?? '', 'base64').length
  if (!(Number(seconds) > 0) || samples < 1 || samples > 256)
    throw new Refusal(400, 50161, 'Voice messages must have supporting metadata')
  // Discord takes other files too; that they are shown as they should is not documented: for us it is a failure.
  if (bytes.toString('latin1', 0, 4) !== 'OggS' || bytes.toString('latin1', 28, 36) !== 'OpusHead')
    throw new Refusal(400, 50160, 'Voice messages must have a single audio attachment (only OGG/Opus is one here)')
}

const mentionsIn = (text: string, payload: Record<string, unknown>): string[] => {
  const allowed = payload['allowed_mentions'] as {parse?: string[]; users?: string[]} | undefined
  const named = [...text.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id ?? '')
  return named.filter(id => !allowed || allowed.parse?.includes('users') || allowed.users?.includes(id))
}

const buttonsIn = (payload: Record<string, unknown>): APIButtonComponent[] => {
  const rows = (payload['components'] ?? []) as APIActionRowComponent<APIButtonComponent>[]
  const buttons = rows.flatMap(({components}) => components)
  for (const button of buttons) {
    const id = 'custom_id' in button ? button.custom_id : ''
    if (id.length < 1 || id.length > 100) throw invalid('custom_id', 'Must be between 1 and 100 in length.')
  }
  return buttons
}
