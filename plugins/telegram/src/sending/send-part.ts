import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {defined} from '@essence/core/kit/defined'
import {type Api, InputFile} from 'grammy'
import type {MessageEntity} from 'grammy/types'
import {grammySignal} from '../bot-api/bot-api.ts'
import {unlessUnchanged} from '../bot-api/bot-api-error.ts'
import {keyboardOf} from '../buttons.ts'
import type {Part} from '../outgoing.ts'

/** Hz of sound that is sent as a file. */
const mp3Rate = 24_000

/** Sends one part of an answer to a chat. @throws BotApiError, CANCELLED, and what encoding throws */
export const sendPart = async (api: Api, chatId: number, part: Part, signal: AbortSignal): Promise<void> => {
  const {replyTo, buttons} = part
  const entities = part.entities as MessageEntity[] | undefined
  const reply_markup = buttons && keyboardOf(buttons)
  const above = defined({
    reply_parameters: replyTo ? {message_id: replyTo, allow_sending_without_reply: true} : undefined,
    reply_markup,
  })
  if (part.kind !== 'text') {
    const more = defined({...above, caption: part.caption, caption_entities: entities, duration: part.seconds})
    // A new InputFile each time: one is good for one attempt.
    if (part.kind === 'voice') {
      await api.sendVoice(chatId, new InputFile(oggOf(part), 'june.ogg'), more, grammySignal(signal))
    } else {
      const mp3 = await mp3Of(oggOf(part), signal)
      await api.sendAudio(chatId, new InputFile(mp3, 'june.mp3'), more, grammySignal(signal))
    }
  } else if (part.edits === undefined) {
    await api.sendMessage(chatId, part.text, {...above, ...defined({entities})}, grammySignal(signal))
  } else {
    const more = defined({reply_markup, entities})
    await api.editMessageText(chatId, part.edits, part.text, more, grammySignal(signal)).catch(unlessUnchanged)
  }
}

const oggOf = ({ogg}: Part): Uint8Array => ogg ?? new Uint8Array()

/** What players of Telegram play as a file; OGG/Opus would be a voice message again. */
const mp3Of = async (ogg: Uint8Array, signal: AbortSignal): Promise<Uint8Array> => {
  const pcm = await readAudio({bytes: ogg}, {sampleRate: mp3Rate, signal})
  async function* sound() {
    yield {pcm, sampleRate: mp3Rate}
  }
  return await encodeToBytes(sound(), 'mp3', {signal})
}
