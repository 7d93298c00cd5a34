import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {keptOf, saidOf} from '@essence/core/channel/reminders/kept-reminder'
import {spokenReminder} from '@essence/core/channel/reminders/spoken-reminder'
import type {Log} from '@essence/core/service/log'
import type {DueReminder} from '@essence/core/tools/port'
import type {PcmChunk} from '@essence/core/tts/port'
import {maxCaptionLength} from './bot-api/limits.ts'
import type {CommandContext} from './command-context.ts'
import type {PendingReminder} from './incoming.ts'
import {type Part, textParts} from './outgoing.ts'
import {takenSound} from './sending/taken-sounds.ts'

/** A reminder as the journal keeps it. @returns undefined where its session is none of this bot's chats */
export const pendingReminder = (reminder: DueReminder): PendingReminder | undefined => {
  const [, chatId] = /^telegram:(-?\d+)$/.exec(reminder.session) ?? []
  const [, userId] = /^telegram:(\d+)$/.exec(reminder.speaker) ?? []
  if (chatId === undefined || userId === undefined) return undefined
  return {chatId: Number(chatId), userId, content: keptOf(reminder)}
}

/** The reminder as a voice note with its text; where it cannot be spoken, as text. @throws CANCELLED when the signal has aborted */
export const reminderParts = async (
  reminder: PendingReminder,
  context: CommandContext,
  log: Log,
  signal: AbortSignal,
): Promise<Part[]> => {
  const text = saidOf(reminder, context)
  const {language} = reminder.content
  const choices = await context.chats.of(String(reminder.chatId))
  const kind = takenSound(choices, context.now())
  if (!kind) return textParts(text)
  const spoken = await spokenReminder(text, speech => encodeNote(speech, signal), {
    ...{tts: context.engines.tts, language, voice: choices.voice, signal, log},
  })
  if (!spoken) return textParts(text)
  const fits = text.length <= maxCaptionLength
  return [{kind, caption: fits ? text : '', ...spoken}, ...(fits ? [] : textParts(text))]
}

const encodeNote = async (
  speech: AsyncIterable<PcmChunk>,
  signal: AbortSignal,
): Promise<{ogg: Uint8Array; seconds: number}> => {
  let ms = 0
  async function* measured(): AsyncGenerator<PcmChunk> {
    for await (const chunk of speech) {
      ms += (chunk.pcm.length / chunk.sampleRate) * 1000
      yield chunk
    }
  }
  const ogg = await encodeToBytes(measured(), 'ogg', {signal})
  return {ogg, seconds: Math.ceil(ms / 1000)}
}
