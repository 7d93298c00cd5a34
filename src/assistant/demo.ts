import {EssenceError} from '../kit/errors.ts'
import {mainLanguage} from '../text/language-tag.ts'
import {answerByRule, type DemoMemory} from './demo-rules.ts'
import {excuseFor, openFastPath} from './fast-path/fast-path.ts'
import {type ListenerOptions, listener, type Thinker} from './listener.ts'
import type {Assistant, AssistantRequest} from './port.ts'
import {RecentSessions} from './recent-sessions.ts'
import {wordDeltas} from './word-deltas.ts'

export interface DemoMindOptions extends Omit<ListenerOptions, 'now'> {
  /** The clock. Default: the machine's. */
  now?: (() => Date) | undefined
  /** IANA name, such as `Europe/Berlin`. Default: the machine's. */
  timeZone?: string | undefined
  /** Closes what it stands on. */
  close?: (() => Promise<void>) | undefined
}

/** Words that may stand before what is meant. */
const courtesies =
  /^(?:(?:hello|hi|hey|good (?:morning|afternoon|evening)|there|june|computer|please|okay|ok|well|so|and|um|yes|no)\b ?)+/
const courtesiesAfter = /(?:(?<!say) please|(?<!spell) june|(?<!spell) computer)+$/
const wordsRepeated = 12
/** What is noted in place of an excuse. */
const heardOnly = 'I heard you.'
/** Characters; what is longer is no phrase that a rule knows. */
const maxPhraseLength = 400

/** An assistant of a few fixed rules, for a machine without a language model. It says so, and remembers a name per session. */
export const demoMind = ({now = () => new Date(), timeZone, close, ...options}: DemoMindOptions = {}): Assistant => {
  const limits = {fastPath: openFastPath({now, timeZone}), ...options, now: () => now().getTime()}
  const memories = new RecentSessions<DemoMemory>(() => ({}), limits)
  let closed = false

  /** What the rules know to say; undefined where they know nothing. */
  const ruled = (text: string, memory: DemoMemory): string | undefined => {
    const plain = plainWords(text)
    const meant = plain.replace(courtesies, '').replace(courtesiesAfter, '')
    if (plain === '') return 'I did not hear anything.'
    if (meant === '') return memory.name ? `Hello, ${memory.name}.` : 'Hello, I am June. How can I help?'
    return (meant.length <= maxPhraseLength && answerByRule(meant, {memory, now: now(), timeZone})) || undefined
  }

  const thinker: Thinker = {
    info: {
      engine: 'demo',
      model: 'demo',
      device: 'cpu',
      deviceReason: 'a few rules need no GPU',
      demo: 'June answers by a few fixed rules, because no language model is installed.',
    },
    async *think(request, _history, {done, key}) {
      if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'The assistant has been closed.')
      const memory = memories.open(key)
      const known = {...memory}
      const byRule = done.at(-1)?.content ?? ruled(request.text, known)
      const answer = byRule ?? excuse(request)
      yield* wordDeltas(answer, request.signal)
      Object.assign(memory, known, {lastAnswer: answer})
      // A model that read that it is a demonstration would go on saying so.
      return {exchange: {user: request.text, assistant: byRule ?? heardOnly}}
    },
    forget: key => memories.forget(key),
    async close() {
      closed = true
      await close?.()
    },
  }
  return listener(thinker, limits)
}

const excuse = ({text, language = 'en'}: AssistantRequest): string =>
  excuseFor(shortened(text), language) ??
  `I am a demonstration without a language model, and I do not know the language "${mainLanguage(language)}".`

/** Lower case, single spaces, no punctuation but what numbers and sums need. */
const plainWords = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .replaceAll(/(?<=\d),(?=\d{3})/g, '')
    .replaceAll(/(?<!\d)\.|\.(?!\d)|[^\p{L}\p{M}\p{N}.+\-*/×÷−\s]/gu, ' ')
    .replaceAll(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** What was heard, short enough to be said again, without the punctuation at its end. */
const shortened = (text: string): string => {
  const words = text.trim().split(/\s+/)
  const said = words
    .slice(0, wordsRepeated)
    .join(' ')
    .replace(/[\s.,;:!?…]+$/u, '')
  return words.length > wordsRepeated ? `${said} and so on` : said
}
