import {EssenceError} from '../kit/errors.ts'
import {mainLanguage} from '../text/language-tag.ts'
import type {Conversations} from './conversation-history.ts'
import {answerByRule, type DemoMemory} from './demo-rules.ts'
import type {Assistant, AssistantRequest} from './port.ts'
import {RecentSessions, type RecentSessionsOptions} from './recent-sessions.ts'
import {wordDeltas} from './word-deltas.ts'

export interface DemoMindOptions extends Omit<RecentSessionsOptions, 'now'> {
  /** The clock. Default: the machine's. */
  now?: (() => Date) | undefined
  /** IANA name, such as `Europe/Berlin`. Default: the machine's. */
  timeZone?: string | undefined
  /** Where to note what is said, for a language model that answers later. */
  conversations?: Conversations | undefined
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
export const demoMind = ({
  now = () => new Date(),
  timeZone,
  conversations,
  ...limits
}: DemoMindOptions = {}): Assistant => {
  const memories = new RecentSessions<DemoMemory>(() => ({}), {...limits, now: () => now().getTime()})
  let closed = false

  /** What the rules know to say; undefined where they know nothing. */
  const ruled = (text: string, memory: DemoMemory): string | undefined => {
    const plain = plainWords(text)
    const meant = plain.replace(courtesies, '').replace(courtesiesAfter, '')
    if (plain === '') return 'I did not hear anything.'
    if (meant === '') return memory.name ? `Hello, ${memory.name}.` : 'Hello, I am June. How can I help?'
    return (meant.length <= maxPhraseLength && answerByRule(meant, {memory, now: now(), timeZone})) || undefined
  }

  const excuse = ({text, language}: AssistantRequest): string => {
    if (language && mainLanguage(language) !== 'en')
      return 'I am a demonstration without a language model, and I know only English.'
    return `I heard: ${shortened(text)}. I am a demonstration without a language model, so I cannot answer that.`
  }

  return {
    info: {
      engine: 'demo',
      model: 'demo',
      device: 'cpu',
      deviceReason: 'a few rules need no GPU',
      demo: 'June answers by a few fixed rules, because no language model is installed.',
    },
    async *reply(request) {
      if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'The assistant has been closed.')
      const memory = memories.open(request.session)
      const known = {...memory}
      // The object, not the key: what is forgotten meanwhile stays forgotten.
      const history = conversations?.open(request.session)
      const byRule = ruled(request.text, known)
      const answer = byRule ?? excuse(request)
      yield* wordDeltas(answer, request.signal)
      Object.assign(memory, known, {lastAnswer: answer})
      // A model that read that it is a demonstration would go on saying so.
      history?.add({user: request.text, assistant: byRule ?? heardOnly})
    },
    forget: async session => {
      memories.forget(session)
      conversations?.forget(session)
    },
    close: async () => {
      closed = true
    },
  }
}

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
