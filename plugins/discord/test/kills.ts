/**
 * Kills the service again and again, at random moments and at each step of an answer, while people write and Discord stumbles; then looks
 * at what the people have.
 */
import {setTimeout as pause} from 'node:timers/promises'
import {kept} from '../../../test/channel/bot-stores.ts'
import type {DiscordPeer, Fault} from '../../../test/peers/discord.ts'
import {startChild} from './child.ts'
import {generalOf} from './harness.ts'

export interface KillRun {
  peer: DiscordPeer
  dataDir: string
  kills: number
  voice: Uint8Array
  /** 0 up to 1. */
  random: () => number
}

/** What the people have at the end. */
export interface KillReport {
  messages: number
  answered: number
  /** Answers of which some part came twice. */
  doubled: string[]
  /** Channels that lack more answers than they got notes. */
  silent: string[]
  noted: number
  /** Parts of answers that still stand as they were being written. */
  left: number
}

const people = ['42', '43', '44', '45']

/** The steps at which the process is killed: a call of the API, as it comes or once it has been carried out. */
const steps = ['getMessages', 'file', 'typing', 'createMessage', 'editMessage']

const isNote = (text: string): boolean => /^I was interrupted|^I tried to answer/.test(text)

interface Message {
  channel: string
  /** Texts that an answer to it must contain, each in one part. */
  marks: string[]
}

export const killAgainAndAgain = async (run: KillRun): Promise<KillReport> => {
  const {peer, dataDir, kills, voice, random} = run
  const messages: Message[] = []
  const general = generalOf(peer)
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const send = (): void => {
    const from = oneOf(people)
    const n = messages.length
    const kind = random()
    const channel = kind < 0.2 ? general : peer.directOf(from)
    if (kind > 0.8) {
      const id = peer.userSends({from, voice: {bytes: voice}})
      messages.push({channel, marks: [`voice-${id}`]})
      return
    }
    // Some answers have two parts.
    const text = kind > 0.7 ? `m${n}. ${'word '.repeat(395)}end${n}.` : `m${n}. end${n}.`
    peer.userSends({from, channel, text: channel === general ? `<@${peer.state.me.id}> ${text}` : text})
    messages.push({channel, marks: [`m${n}.`, `end${n}.`]})
  }
  let isCalm = false
  peer.setChaos((name): Fault | undefined => {
    if (isCalm || random() > 0.12) return undefined
    return oneOf<Fault>([
      {kind: 'refused', status: 429, retryAfter: 0.3},
      {kind: 'refused', status: 500, carriedOut: random() < 0.5},
      {kind: 'refused', status: 502},
      {kind: 'broken', carriedOut: false},
      {kind: 'broken', carriedOut: name !== 'callback'},
    ])
  })
  const many = '1000000'
  const start = () =>
    startChild(peer, dataDir, {
      DISCORD_AUTHORIZED_USERS: people.join(','),
      DISCORD_RATE_LIMIT_PER_MINUTE: many,
      DISCORD_RATE_LIMIT_PER_HOUR: many,
      DISCORD_RATE_LIMIT_PER_DAY: many,
    })
  // Of a conversation of two that there never was Discord tells nothing: each has written once.
  const first = start()
  await first.says('"msg":"ready"')
  for (const from of people) peer.userSends({from, text: 'hello'})
  await peer.until(() => people.every(from => peer.shownIn(peer.directOf(from)).length > 0))
  first.kill('SIGTERM')
  await first.ended

  for (let kill = 1; kill <= kills; kill++) {
    const child = start()
    const step = steps[kill % (steps.length * 2)]
    const before = peer.calls.length
    const sending = setInterval(() => {
      send()
      if (random() < 0.02) peer.gateway.drop()
    }, 80)
    const moment =
      step === undefined
        ? pause(500 + random() * 2500)
        : peer.until(() => {
            const happened = step === 'file' ? peer.downloads.length : peer.callsOf(step).length
            return happened > 0 && peer.calls.length > before + 5 && random() < 0.2
          })
    await Promise.race([moment, pause(5000), child.ended])
    clearInterval(sending)
    child.kill('SIGKILL')
    await child.ended
    // Sessions of the dead are forgotten sooner or later; what comes now comes to nobody.
    peer.gateway.forgetSessions()
    for (let n = 0; n < 3; n++) send()
  }

  // At last it lives, and Discord does what it is asked.
  isCalm = true
  const last = start()
  await last.says('"msg":"ready"')
  const isIdle = async (): Promise<boolean> =>
    Object.values(await kept(dataDir)).every(({state}) => state === 'done' || state === 'dead')
  for (let calm = 0; calm < 5; calm = (await isIdle()) ? calm + 1 : 0) await pause(500)
  last.kill('SIGTERM')
  await last.ended
  return report(peer, messages)
}

const report = (peer: DiscordPeer, messages: readonly Message[]): KillReport => {
  const shown = [...peer.state.channels.keys()].flatMap(id => peer.shownIn(id))
  const textOf = ({text, voice, replyTo}: (typeof shown)[number]): string => (voice ? `voice-${replyTo}.` : text)
  const texts = shown.map(message => ({channel: message.channelId, text: textOf(message)}))
  const answers = texts.filter(({text}) => !isNote(text))
  const timesOf = (mark: string): number =>
    answers.filter(({text}) => text.includes(mark.startsWith('voice-') ? `${mark}.` : mark)).length
  const missing = messages.filter(({marks}) => marks.some(mark => timesOf(mark) === 0))
  const notes = texts.filter(({text}) => isNote(text))
  const countIn = (items: readonly {channel: string}[], one: string): number =>
    items.filter(({channel}) => channel === one).length
  const channels = [...new Set(messages.map(({channel}) => channel))]
  return {
    messages: messages.length,
    answered: messages.length - missing.length,
    doubled: messages.flatMap(({marks}) => marks.filter(mark => timesOf(mark) > 1)),
    silent: channels.filter(one => countIn(missing, one) > countIn(notes, one)),
    noted: notes.length,
    left: texts.filter(({text}) => text.endsWith(' …')).length,
  }
}
