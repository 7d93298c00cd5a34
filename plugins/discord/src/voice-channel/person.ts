import type {Readable} from 'node:stream'
import {recordedTurn} from '@essence/core/channel/recorded-turn'
import type {Words} from '@essence/core/channel/words/words'
import {openConversation} from '@essence/core/conversation/conversation'
import type {OtherFloor} from '@essence/core/conversation/joined-floor'
import type {LiveConversation, LiveEvent, RunTurn} from '@essence/core/conversation/port'
import {EssenceError} from '@essence/core/kit/errors'
import {PersonLine} from './person-line.ts'
import {PersonVoice} from './person-voice.ts'
import type {VoiceChannelOptions} from './port.ts'

export interface PersonOptions extends VoiceChannelOptions {
  /** Id of the Discord user. */
  userId: string
  guildId: string
  channelId: string
  /** What she says there. */
  words: Words
  /** June's side of the others' conversations. */
  others: OtherFloor
  /** ms of the lines' clock. */
  now: () => number
  /** Whether what they said is said to June. */
  isMeant: (text: string) => boolean
  /** A packet of theirs could be read. */
  onRead: () => void
  onEvent: (event: LiveEvent) => void
  /** Their conversation fell over. */
  onFailed: (error: unknown) => void
}

/** Somebody in the channel, heard apart from the others: who spoke is who Discord says it was. */
export class Person {
  readonly line: PersonLine
  readonly conversation: LiveConversation
  readonly #voice: PersonVoice | undefined

  constructor(options: PersonOptions) {
    const {userId, channelId, engines, vad, endOfTurn, language, voice, record, others, isMeant, onRead, onEvent, now} =
      options
    const own = {speaker: `discord:${userId}`, session: `discord:${userId}:voice:${channelId}`}
    const {voices: recognition, words} = options
    this.#voice = recognition && new PersonVoice({own, recognition, words, record})
    this.conversation = openConversation({
      ...{engines, vad, endOfTurn, language, voice, others, isMeant, channel: record.channel},
      ...own,
      run: admittedTurn(options, this.#voice?.run),
    })
    const hear = (audio: Float32Array): void => {
      this.#voice?.hear(audio)
      this.conversation.hear(audio)
    }
    this.line = new PersonLine({hear, onRead, now})
    const follow = async (): Promise<void> => {
      for await (const event of this.conversation.events) {
        if (event.type === 'speechStarted') this.#voice?.began(event.atMs)
        onEvent(event)
      }
    }
    follow().catch(options.onFailed)
  }

  /** Packets of theirs, of one connection. */
  listen(packets: Readable): void {
    this.line.read(packets).catch(error => packets.destroy(error))
  }

  async close(): Promise<void> {
    this.line.close()
    await this.conversation.close()
  }
}

/** Turns as those of every channel, where it is told who speaks; of somebody who may not talk to June any more there are none. */
const admittedTurn = (
  {userId, guildId, channelId, gateway, admission, record}: PersonOptions,
  run: RunTurn = (turn, engines, options) => recordedTurn(turn, engines, {...options, ...record}),
): RunTurn =>
  async function* (turn, engines, options) {
    if (!(await admission.allows({person: {id: userId}}))) {
      throw new EssenceError('NOT_ALLOWED', `The Discord user ${userId} may not talk to June any more.`)
    }
    const among = {room: `discord:voice:${channelId}`, name: gateway.nameOf?.(guildId, userId)}
    yield* run({...turn, among}, engines, options)
  }
