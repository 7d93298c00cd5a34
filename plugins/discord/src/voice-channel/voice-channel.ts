import type {VoiceConnection} from '@discordjs/voice'
import type {Words} from '@essence/core/channel/words/words'
import type {LiveEvent} from '@essence/core/conversation/port'
import {type EssenceError, messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {Addressing} from './addressing/addressing.ts'
import {AdmittedMembers} from './admitted-members.ts'
import {openApologies} from './apologies.ts'
import {HearingWatch} from './hearing-watch.ts'
import {LineClock} from './line-clock.ts'
import {notLetIn} from './not-let-in.ts'
import {keepNumbers} from './packets/packet-numbers.ts'
import {Person} from './person.ts'
import {defaultLimits, type LeaveReason, type VoiceChannelLimits, type VoiceChannelOptions} from './port.ts'
import {Stage} from './stage.ts'
import {VoiceLink} from './voice-link.ts'
import {VoiceOutput} from './voice-output.ts'

/** ms between two looks at whether anything can be read. */
const lookMs = 500

export interface JoinOptions extends VoiceChannelOptions {
  guildId: string
  channelId: string
  /** What she writes there. */
  words: Words
  /** She is not there any more. */
  onLeft: (channel: VoiceChannel) => void
}

/** June in a voice channel: hears each person apart, and answers all of them in one voice, one after the other. */
export class VoiceChannel {
  readonly #options: JoinOptions
  readonly #log: Log
  readonly #limits: VoiceChannelLimits
  readonly #output: VoiceOutput
  readonly #stage: Stage
  readonly #watch: HearingWatch
  readonly #link: VoiceLink
  readonly #members: AdmittedMembers
  readonly #addressing: Addressing
  readonly #people = new Map<string, Person>()
  readonly #joined = Promise.withResolvers<void>()
  readonly #apologize: (error: EssenceError) => void
  readonly #clock = new LineClock(() => [...this.#people.values()].map(({line}) => line))
  readonly #looking: NodeJS.Timeout
  #connection: VoiceConnection | undefined
  #hasJoined = false
  #isOver = false

  private constructor(options: JoinOptions, output: VoiceOutput) {
    const {guildId, channelId, gateway} = options
    this.#options = options
    this.#log = options.record.log
    this.#apologize = openApologies(text => this.#tell(this.channelId, text), options.words)
    this.#limits = {...defaultLimits, ...options.limits}
    this.#output = output
    this.#stage = new Stage({onHold: () => output.hold()})
    this.#watch = new HearingWatch({onDeaf: person => this.#deaf(person), deafAfterMs: this.#limits.deafMs})
    this.#link = new VoiceLink({
      ...{guildId, channelId, botId: gateway.botId, limits: this.#limits},
      adapterCreator: gateway.adapterFor(guildId),
      onConnection: connection => this.#connected(connection),
      onReady: isReady => this.#ready(isReady),
      onKeys: () => this.#keysChanged(),
      onMoved: () => this.membersChanged(),
      onEnded: reason => void this.leave(reason),
      onProblem: (problem, what) => this.#log.warn({why: messageOf(problem)}, what),
    })
    this.#members = new AdmittedMembers({
      ...{admission: options.admission, emptyMs: this.#limits.emptyMs, log: this.#log},
      members: () => gateway.members(guildId, this.channelId),
      onGone: userId => this.#forget(userId),
      onEmpty: () => void this.leave('empty'),
    })
    this.#addressing = new Addressing({
      hears: async () => (await options.hears?.(this.channelId)) ?? 'reply',
      isAlone: () => this.#members.count === 1,
      log: this.#log,
    })
    this.#looking = setInterval(() => this.#look(), lookMs)
    // It may be over before anybody waits for it.
    this.#joined.promise.catch(() => {})
  }

  /** @throws REMOTE_UNREACHABLE: Discord did not let her in, or its voice server is not reached; ENGINE_UNAVAILABLE, ENGINE_FAILED */
  static async join(options: JoinOptions): Promise<VoiceChannel> {
    const channel = new VoiceChannel(options, await VoiceOutput.open())
    const timeout = setTimeout(() => void channel.leave('lost'), channel.#limits.joinMs)
    try {
      channel.#link.join()
      await channel.#joined.promise
      return channel
    } catch (error) {
      await channel.leave('lost')
      throw error
    } finally {
      clearTimeout(timeout)
    }
  }

  /** Where she is; another than she joined where she was moved. */
  get channelId(): string {
    return this.#link.channelId
  }

  /** Whether she has left. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Somebody came or went. */
  membersChanged(): void {
    this.#members.refresh()
  }

  /** See `Stage`. */
  silent(signal: AbortSignal): Promise<boolean> {
    return this.#stage.silent(signal)
  }

  /** Resolves once she is out of the channel, and all conversations are over. */
  async leave(reason: LeaveReason = 'asked'): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    const {channelId} = this
    clearInterval(this.#looking)
    this.#clock.stop()
    this.#members.close()
    this.#link.leave()
    this.#stage.close()
    this.#output.close()
    this.#log.info({reason, voiceChannel: channelId}, 'left the voice channel')
    const people = [...this.#people.values()]
    this.#people.clear()
    await Promise.all(people.map(person => person.close()))
    this.#joined.reject(notLetIn(channelId))
    // Of what was asked for there is nothing to say.
    const text = {empty: 'leftEmpty', lost: 'leftLost', deaf: 'leftDeaf', asked: undefined, removed: undefined} as const
    const key = text[reason]
    if (key && this.#hasJoined) this.#tell(channelId, this.#options.words(key))
    this.#options.onLeft(this)
  }

  #tell(channelId: string, text: string): void {
    this.#options.gateway.tell(channelId, text).catch(error => this.#log.warn({why: messageOf(error)}, 'telling'))
  }

  #connected(connection: VoiceConnection): void {
    connection.subscribe(this.#output.player)
    keepNumbers(connection.receiver)
    const {speaking, ssrcMap} = connection.receiver
    speaking.on('start', (userId: string) => this.#members.whenAdmitted(userId, () => this.#speaks(connection, userId)))
    ssrcMap.on('create', ({userId}) => this.#members.whenAdmitted(userId, () => this.#watch.announced(userId)))
    this.#watch.reset()
    this.#connection = connection
  }

  #ready(isReady: boolean): void {
    this.#keysChanged()
    if (!isReady || this.#isOver) return
    this.#hasJoined = true
    this.#joined.resolve()
    this.membersChanged()
    this.#addressing.refresh()
  }

  /** While she cannot be heard, time stands still. */
  #keysChanged(): void {
    this.#stage.setAway(!this.#link.canSpeak)
  }

  /** Packets of somebody come: who is not there, or may not talk to June, is not even decrypted. */
  #speaks({receiver}: VoiceConnection, userId: string): void {
    if (this.#isOver) return
    const person = this.#people.get(userId) ?? this.#welcome(userId)
    this.#clock.wake()
    if (receiver.subscriptions.has(userId)) return
    const packets = receiver.subscribe(userId)
    // What cannot be read ends the stream; the next packet begins another.
    packets.on('error', error => this.#log.debug({why: error.message}, 'a voice packet cannot be read'))
    person.listen(packets)
  }

  #welcome(userId: string): Person {
    const person = new Person({
      ...this.#options,
      ...{userId, channelId: this.channelId, others: this.#stage.floorFor(userId)},
      now: () => this.#clock.now,
      isMeant: text => this.#addressing.isMeant(userId, text),
      onRead: () => {
        this.#watch.read(userId)
        this.#clock.wake()
      },
      onEvent: event => this.#take(userId, event),
      onFailed: error => {
        this.#log.error({err: error}, 'a conversation in a voice channel')
        this.#forget(userId)
      },
    })
    this.#people.set(userId, person)
    this.#stage.add(userId, person.conversation)
    return person
  }

  #forget(userId: string): void {
    const person = this.#people.get(userId)
    if (!person) return
    if (this.#stage.speaksTo === userId) this.#output.stop()
    this.#people.delete(userId)
    this.#stage.remove(userId)
    this.#watch.forget(userId)
    this.#addressing.forget(userId)
    this.#connection?.receiver.subscriptions.get(userId)?.destroy()
    void person.close()
  }

  #take(userId: string, event: LiveEvent): void {
    if (!this.#people.has(userId)) return
    this.#addressing.take(userId, event)
    const isGiven = this.#stage.speaksTo === userId
    this.#stage.take(userId, event)
    if (event.type === 'responseEnded') this.#ended(event)
    else if (event.type === 'transcriptFailed') this.#apologize(event.error)
    if (isGiven) this.#output.take(event)
  }

  #ended({status, error, heardMs, voiceToVoiceMs, waitedMs}: Extract<LiveEvent, {type: 'responseEnded'}>): void {
    this.#log.info({voiceChannel: this.channelId, status, heardMs, voiceToVoiceMs, waitedMs}, 'spoke')
    if (error) this.#apologize(error)
  }

  #look(): void {
    this.#keysChanged()
    if (!this.#link.isReady) return
    // Somebody may have been let in, or blocked, meanwhile.
    this.membersChanged()
    this.#addressing.refresh()
    const speaking = this.#connection?.receiver.speaking.users.keys() ?? []
    this.#watch.look([...speaking].filter(userId => this.#people.has(userId)))
  }

  #deaf(userId: string): void {
    const {channelId} = this
    this.#log.warn({voiceChannel: channelId, user: userId}, 'nothing of what is said can be read: joining again')
    if (this.#link.rejoin('deaf'))
      this.#tell(channelId, this.#options.words('cannotHear', {channel: `<#${channelId}>`}))
  }
}
