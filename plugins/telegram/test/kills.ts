/**
 * Kills the service again and again, at random moments and at each step of an answer, while people send messages and the
 * Bot API stumbles; then looks at what the people have.
 */
import {setTimeout as pause} from 'node:timers/promises'
import {wordsIn} from '@essence/core/channel/words/words'
import type {BotApiPeer, Fault} from '../../../test/peers/bot-api.ts'
import {startChild} from './child.ts'
import {spooled} from './harness.ts'

const words = wordsIn('en')
const [gaveUp, interrupted] = [words('gaveUp'), words('interrupted')]
const stages = [words('listening'), words('thinking'), words('speaking'), words('sending')]

export interface KillRun {
  peer: BotApiPeer
  dataDir: string
  kills: number
  voice: Uint8Array
  /** 0 up to 1; a seeded one makes the run the same again, as far as processes allow. */
  random: () => number
  onKill?: (kill: number) => void
}

/** What the people have at the end. */
export interface KillReport {
  messages: number
  answered: number
  /** Answers of which some part came twice. */
  doubled: string[]
  /** People who lack more answers than they got notes. */
  silent: string[]
  noted: number
  gaveUp: number
  /** Status texts that still stand in a chat. */
  left: number
}

export const people = [42, 43, 44, 45, 46, 47]

/** The steps at which the process is killed: a call of the Bot API, as it comes or once it has been carried out. */
const steps = ['getUpdates', 'getFile', 'file', 'sendChatAction', 'sendMessageDraft', 'sendMessage', 'sendVoice']

export interface Message {
  person: number
  /** Texts that an answer to it must contain, each in one part. */
  marks: string[]
}

export const killAgainAndAgain = async ({
  peer,
  dataDir,
  kills,
  voice,
  random,
  onKill,
}: KillRun): Promise<KillReport> => {
  const messages: Message[] = []
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const send = (): void => void messages.push(sendOne(peer, {n: messages.length, voice, random}))
  let isCalm = false
  peer.setChaos((method): Fault | undefined => {
    if (isCalm || random() > 0.12) return undefined
    if (method === 'getUpdates' && random() < 0.7) return undefined
    return oneOf<Fault>([
      {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 1},
      {kind: 'refused', status: 500, description: 'Internal Server Error'},
      {kind: 'refused', status: 502, description: 'Bad Gateway'},
      {kind: 'broken', carriedOut: false},
      {kind: 'broken', carriedOut: true},
    ])
  })
  const many = '1000000'
  const start = () =>
    startChild(peer, dataDir, {
      TELEGRAM_AUTHORIZED_USERS: people.join(','),
      TELEGRAM_RATE_LIMIT_PER_MINUTE: many,
      TELEGRAM_RATE_LIMIT_PER_HOUR: many,
      TELEGRAM_RATE_LIMIT_PER_DAY: many,
    })

  for (let kill = 1; kill <= kills; kill++) {
    const child = start()
    const calls = steps[kill % (steps.length * 2)]
    const before = peer.calls.length + peer.downloads.length
    // A chat takes one message a second: what more were sent, the end would wait for.
    const sending = setInterval(send, 200)
    const moment =
      calls === undefined
        ? pause(300 + random() * 2000)
        : peer.until(() => {
            const happened = calls === 'file' ? peer.downloads.length : peer.callsOf(calls).length
            return happened > 0 && peer.calls.length + peer.downloads.length > before + 3 && random() < 0.2
          })
    await Promise.race([moment, pause(4000), child.ended])
    clearInterval(sending)
    child.kill('SIGKILL')
    await child.ended
    onKill?.(kill)
  }

  // At last it lives, and the Bot API does what it is asked.
  isCalm = true
  const last = start()
  await last.says('"msg":"ready"')
  const isIdle = async (): Promise<boolean> =>
    peer.state.updates.length === 0 &&
    Object.values(await spooled(dataDir)).every(state => state === 'done' || state === 'dead')
  while (!(await isIdle())) await pause(200)
  last.kill('SIGTERM')
  await last.ended
  return report(peer, messages)
}

/** One of the people says or writes something. */
export const sendOne = (
  peer: BotApiPeer,
  {n, voice, random}: {n: number; voice: Uint8Array; random: () => number},
): Message => {
  const person = people[Math.floor(random() * people.length)] as number
  const kind = random()
  if (kind < 0.4) {
    const update = peer.userSends({from: person, voice: {bytes: voice}})
    return {person, marks: [`voice-${peer.messageIdOf(update)}`]}
  }
  // Some answers have two parts.
  const text = kind < 0.5 ? `m${n}. ${'word '.repeat(818)}end${n}.` : `m${n}. end${n}.`
  peer.userSends({from: person, text})
  return {person, marks: [`m${n}.`, `end${n}.`]}
}

export const report = (peer: BotApiPeer, messages: Message[]): KillReport => {
  const shown = people.flatMap(person => peer.shownIn(person))
  const textOf = ({text, caption, replyTo, voice}: (typeof shown)[number]): string =>
    voice ? `voice-${replyTo}.` : `${text ?? caption ?? ''}${replyTo ? ` voice-${replyTo}.` : ''}`
  const texts = shown.map(message => ({person: message.chatId, text: textOf(message)}))
  const isNote = (text: string): boolean => text.startsWith(interrupted)
  const answers = texts.filter(({text}) => !isNote(text) && !text.startsWith(gaveUp))
  const timesOf = (mark: string): number =>
    answers.filter(({text}) => text.includes(mark.startsWith('voice-') ? `${mark}.` : mark)).length
  const missing = messages.filter(({marks}) => marks.some(mark => timesOf(mark) === 0))
  const told = (person: number): number =>
    texts.filter(one => one.person === person && (isNote(one.text) || one.text.startsWith(gaveUp))).length
  return {
    messages: messages.length,
    answered: messages.length - missing.length,
    doubled: messages.flatMap(({marks}) => marks.filter(mark => timesOf(mark) > 1)),
    silent: people.filter(person => missing.filter(one => one.person === person).length > told(person)).map(String),
    noted: texts.filter(({text}) => isNote(text)).length,
    gaveUp: texts.filter(({text}) => text.startsWith(gaveUp)).length,
    left: texts.filter(({text}) => stages.some(stage => text.startsWith(stage))).length,
  }
}
