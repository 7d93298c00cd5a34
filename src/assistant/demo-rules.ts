import {defined} from '../kit/defined.ts'
import {calculate, formatNumber} from './arithmetic.ts'

/** What the demo mind knows of a session. */
export interface DemoMemory {
  name?: string | undefined
  lastAnswer?: string | undefined
}

export interface DemoContext {
  memory: DemoMemory
  now: Date
  /** IANA name; undefined is the machine's. */
  timeZone: string | undefined
}

interface DemoRule {
  when: RegExp
  /** Undefined: the rule does not know after all, the next one is asked. */
  answer: (groups: string[], context: DemoContext) => string | undefined
}

const day = 24 * 60 * 60 * 1000
const maxSpellingLength = 40
const maxSpokenNumber = 1e15

const inWords = (context: DemoContext, format: Intl.DateTimeFormatOptions, date = context.now): string =>
  // Node writes a narrow no-break space before AM and PM, which few voices know.
  new Intl.DateTimeFormat('en-US', {...format, ...defined({timeZone: context.timeZone})})
    .format(date)
    .replaceAll(/\s/g, ' ')

const dateOf = (context: DemoContext, offsetDays: number): string =>
  inWords(
    context,
    {weekday: 'long', month: 'long', day: 'numeric', year: 'numeric'},
    new Date(context.now.getTime() + offsetDays * day),
  )

const capitalized = (text: string): string => text.replaceAll(/(^|\s)\p{L}/gu, first => first.toUpperCase())
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
const question = '(?:what(?: is|s)|tell me|do you know|what)'

/** In this order; texts are lower case, without punctuation, greetings and courtesies. The whole text must match. */
const rules: DemoRule[] = [
  {
    when: /^(?:my name is|call me|you can call me|i am called|this is) (\S+(?: \S+){0,2}?)( speaking)?$/,
    answer: ([name = '', speaking], {memory}) => {
      memory.name = capitalized(name)
      return `Nice to meet you, ${memory.name}.${speaking ? ' How can I help?' : ''}`
    },
  },
  {
    when: /^(?:what(?: is|s) my name|who am i|do you (?:know|remember) my name|say my name)$/,
    answer: (_, {memory}) => (memory.name ? `Your name is ${memory.name}.` : 'You have not told me your name yet.'),
  },
  {
    when: /^(?:what(?: is|s) your name|who are you|what are you)$/,
    answer: () => 'I am June, running as a demonstration without a language model.',
  },
  {
    when: /^(?:help|what can you do|what can i (?:say|ask)|how can you help)(?: .*)?$/,
    answer: () => 'I can tell the time and the date, calculate, spell words, and repeat what you say.',
  },
  {
    when: new RegExp(`^${question} (?:the )?(?:current )?time(?: is it| it is)?(?: now)?$`),
    answer: (_, context) => `It is ${inWords(context, {hour: 'numeric', minute: '2-digit'})}.`,
  },
  {
    when: new RegExp(
      `^${question} (?:the |todays )?(?:date|day)(?: is)?(?: it| today| this)?(?: is)?(?: today| now)?$|^what is today$`,
    ),
    answer: (_, context) => `Today is ${dateOf(context, 0)}.`,
  },
  {
    when: new RegExp(`^${question} (?:(?:date|day) (?:is |was )?)?(?:it )?(tomorrow|yesterday)$`),
    answer: ([which], context) =>
      which === 'tomorrow' ? `Tomorrow is ${dateOf(context, 1)}.` : `Yesterday was ${dateOf(context, -1)}.`,
  },
  {
    when: /^(?:what|which) year is (?:it|this)$/,
    answer: (_, context) => `It is ${inWords(context, {year: 'numeric'})}.`,
  },
  {
    when: /^(?:(?:how do you|how is|can you|could you|please) )?spell(?:ed)? (?:the word )?(.+)$/,
    answer: ([word = '']) => {
      const letters = [...word.replaceAll(' ', '')]
      if (letters.length > maxSpellingLength) return 'That is too long to spell.'
      return `${letters.map(letter => letter.toUpperCase()).join(', ')}.`
    },
  },
  {
    when: /^(?:(?:can|could|would) you )?(?:say|repeat)(?: that| it| this)?(?: again)?$|^(?:what did you say|pardon|again)$/,
    answer: (_, {memory}) => memory.lastAnswer ?? 'I have not said anything yet.',
  },
  {
    when: /^(?:(?:can|could|would) you )?(?:say|repeat(?: after me)?) (.+)$/,
    answer: ([text = '']) => sentence(text),
  },
  {
    when: /^(?:what(?: is|s)|how much is|calculate|compute|what does)? ?(.+?)(?: equals?| make| makes)?$/,
    answer: ([sum = '']) => {
      const calculation = calculate(sum)
      if (!calculation) return undefined
      if (!Number.isFinite(calculation.result)) return 'Nothing can be divided by zero.'
      if (Math.abs(calculation.result) >= maxSpokenNumber) return 'That is more than I can count.'
      return `${calculation.question} is ${formatNumber(calculation.result)}.`
    },
  },
  {when: /^how are you(?: doing)?(?: today)?$/, answer: () => 'I am fine, thank you. How are you?'},
  {when: /^(?:i am|i m) (?:fine|good|great|well|ok|okay)$/, answer: () => 'I am glad to hear that.'},
  {
    when: /^(?:thank you|thanks)(?: .*)?$/,
    answer: () => 'You are welcome.',
  },
  {
    when: /^(?:good ?bye|bye|bye bye|see you(?: later| soon)?|good night)$/,
    answer: (_, {memory}) => (memory.name ? `Goodbye, ${memory.name}.` : 'Goodbye.'),
  },
]

/** The answer of the first rule that knows one. */
export const answerByRule = (text: string, context: DemoContext): string | undefined => {
  for (const {when, answer} of rules) {
    const match = when.exec(text)
    const said = match && answer(match.slice(1), context)
    if (said) return said
  }
  return undefined
}
