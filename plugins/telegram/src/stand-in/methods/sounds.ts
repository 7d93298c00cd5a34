import type {Message} from 'grammy/types'
import {Refusal} from '../refusal.ts'
import type {ShownMessage, StandInState} from '../state.ts'
import {chatOf, envelope, keyboardIn, show} from './messages.ts'
import type {Methods} from './method.ts'

/** Sound that a bot sends: as a voice message, or as a file with a player. */
export const sounds = (state: StandInState): Methods<'sendVoice' | 'sendAudio'> => {
  /** @throws Refusal */
  const received = (file: unknown, caption: string | undefined, files: Map<string, Buffer>): Buffer => {
    const bytes = files.get(String(file).replace(/^attach:\/\//, ''))
    if (!bytes?.length) throw new Refusal(400, 'Bad Request: file must be non-empty')
    if ((caption?.length ?? 0) > 1024) throw new Refusal(400, 'Bad Request: message caption is too long')
    return bytes
  }
  const put = (
    {chat_id, caption, reply_parameters, reply_markup}: Parameters<Methods<'sendAudio'>['sendAudio']>[0],
    sound: Pick<ShownMessage, 'voice' | 'voiceSeconds' | 'audio'>,
  ): ShownMessage => {
    const replyTo = reply_parameters?.message_id
    return show(state, {
      chatId: chatOf(state, chat_id),
      ...sound,
      ...keyboardIn(reply_markup),
      ...(caption === undefined ? {} : {caption}),
      ...(replyTo === undefined ? {} : {replyTo}),
    })
  }
  return {
    sendVoice: (args, files) => {
      const {chat_id, voice, caption, duration} = args
      const bytes = received(voice, caption, files)
      // Telegram takes other files too, but shows them as a file, without bubble and waveform: for us that is a failure.
      if (bytes.toString('latin1', 0, 4) !== 'OggS' || bytes.toString('latin1', 28, 36) !== 'OpusHead') {
        throw new Refusal(400, 'Bad Request: not a voice note (only OGG/Opus is taken for one here)')
      }
      if (state.noVoices.has(Number(chat_id))) throw new Refusal(400, 'Bad Request: VOICE_MESSAGES_FORBIDDEN')
      const seconds = duration === undefined ? {} : {voiceSeconds: Number(duration)}
      const shown = put({...args, audio: voice}, {voice: bytes, ...seconds})
      const id = `sent-${shown.id}`
      return {
        ...envelope(state, shown),
        voice: {file_id: id, file_unique_id: id, duration: shown.voiceSeconds ?? 0, mime_type: 'audio/ogg'},
      } as Message.VoiceMessage
    },
    sendAudio: (args, files) => {
      const bytes = received(args.audio, args.caption, files)
      // OGG/Opus would be shown as a voice message, or as a file without a player.
      if (!isMp3(bytes)) throw new Refusal(400, 'Bad Request: not an audio file (only MP3 is taken for one here)')
      const shown = put(args, {audio: bytes})
      const id = `sent-${shown.id}`
      return {
        ...envelope(state, shown),
        audio: {file_id: id, file_unique_id: id, duration: Number(args.duration ?? 0), mime_type: 'audio/mpeg'},
      } as Message.AudioMessage
    },
  }
}

/** It begins with a tag, or with the eleven bits of a frame. */
const isMp3 = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 3) === 'ID3' || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0)
