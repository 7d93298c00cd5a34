import {numberWords} from './number-words.ts'
import type {FastWords} from './words.ts'

const ask = "(?:what(?: is|'s|s)|tell me|do you know|can you tell me|could you tell me|what)"
const numbers = numberWords(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  'twenty thirty forty fifty sixty seventy eighty ninety',
  (ten, unit) => [`${ten} ${unit}`, `${ten}-${unit}`],
  {a: 1, an: 1},
)

export const english: FastWords = {
  locale: 'en-US',
  courtesies: {
    before: /^(?:(?:hey|hi|hello|ok|okay|june|please|so|um|well)\b ?)+/,
    after: /(?: (?:please|june|now|thanks|thank you))+$/,
  },
  time: new RegExp(`^(?:${ask} (?:the )?(?:current )?time(?: is it| it is)?(?: right)?|the time)$`),
  date: new RegExp(
    `^(?:${ask} (?:the |todays |today's )?(?:date|day)(?: is)?(?: it| today)?(?: is)?(?: today)?|what is today|what day of the week is it)$`,
  ),
  stop: /^(?:stop|stop it|stop that|stop talking|be quiet|quiet|shut up|silence|enough|that'?s enough|cancel|hush)$/,
  repeat:
    /^(?:(?:can|could|would) you )?(?:repeat(?: that| it)?|say (?:that|it)(?: again)?)(?: again)?$|^(?:what did you say|come again|once more|one more time)$/,
  louder:
    /^(?:(?:speak |talk |a bit |a little )?(?:louder|up)|speak up|turn (?:it |the volume )?up|volume up|turn up the volume)$/,
  quieter:
    /^(?:(?:speak |talk |a bit |a little )?(?:quieter|softer|lower)|turn (?:it |the volume )?down|volume down|turn down the volume)$/,
  volume: /^(?:(?:set |turn |put )?(?:the )?volume (?:to |at )?)(\S+?(?: \S+?)??)(?: percent)?$/,
  timer:
    /^(?:(?:can you |could you )?(?:set|start|make|create|give me) )?(?:a |the )?(?:timer (?:for|of) (.+)|(.+) timer)$/,
  listTimers:
    /^(?:(?:what|which) (?:timers|reminders)(?: do i have| are (?:there|running|set|active))?|(?:list|show|tell me)(?: me)?(?: all)?(?: of)? my (?:timers|reminders)(?: and (?:timers|reminders))?|how much time is left(?: on (?:the|my) timer)?)$/,
  cancelTimer:
    /^(?:cancel|stop|delete|remove|turn off|clear) (?:the |my |all |all my |all the )?(?:timers?|reminders?|alarms?)$/,
  reminderWord: /reminder/,
  reminders: [
    /^remind me (?<when>(?:in|at|on|tomorrow|tonight|today|next|this|every|after)\b.*?) (?:to|that|about|of) (?<text>.+)$/,
    /^remind me (?:to|that|about|of) (?<text>.+?) (?<when>(?:in (?:a|an|\d+|half|[a-z]+(?: [a-z]+)?) (?:second|minute|hour|day|week|month)s?|(?:tomorrow|tonight|today|next|at \d|on (?:mon|tues|wednes|thurs|fri|satur|sun)day).*))$/,
  ],
  know: /^(?:what do you (?:know|remember)(?: about me| of me)|what have you (?:learned|remembered)(?: about me)|tell me what you know about me|what have i told you about me)$/,
  forgetThat: /^(?:forget (?:that|this)(?: again)?|forget what i (?:just )?said|don'?t remember that)$/,
  forgetAll:
    /^(?:forget (?:everything|all)(?: (?:about me|you know(?: about me)?|of me|i (?:have )?(?:said|told you)))?|forget me|erase (?:everything|all)(?: about me)?|delete (?:everything|all)(?: (?:you know )?about me)?)$/,
  remember: /^(?:(?:can you |could you )?(?:remember|note|keep in mind|don'?t forget) that )(.+)$/,
  sum: /^(?:what(?: is|'s|s)|how much is|calculate|compute)? ?(.+?)(?: equals?| makes?)?$/,
  operators: {
    plus: '+',
    minus: '-',
    'take away': '-',
    times: '*',
    'multiplied by': '*',
    'divided by': '/',
    over: '/',
  },
  units: [
    [/^(?:seconds?|secs?)$/, 1],
    [/^(?:minutes?|mins?)$/, 60],
    [/^hours?$/, 3600],
    [/^days?$/, 86_400],
  ],
  numbers,
  and: /^and$/,
  half: {hour: /^half an hour$/, andHalf: /^(.+ hours?) and a half$|^(.+) and a half hours?$/},
  say: {
    time: time => `It is ${time}.`,
    date: date => `Today is ${date}.`,
    sum: (question, result) => `${question} is ${result}.`,
    spoken: {'+': 'plus', '-': 'minus', '*': 'times', '/': 'divided by'},
    minus: 'minus',
    divideByZero: 'Nothing can be divided by zero.',
    timer: length => `The timer runs: ${length}.`,
    reminder: when => `I will remind you, ${when}.`,
    noTimers: 'There are no timers or reminders.',
    cancelled: 'It is cancelled.',
    timers: lines => `There ${lines.length === 1 ? 'is one' : `are ${lines.length}`}: ${lines.join('; ')}.`,
    nothingKnown: 'I know nothing about you yet.',
    known: facts => `This is what I know about you: ${facts.join(' ')}`,
    forgotten: 'I have forgotten it.',
    nothingToForget: 'There was nothing I had noted.',
    remembered: 'I will remember that.',
    nothingSaid: 'I have not said anything yet.',
    louder: 'Louder.',
    quieter: 'Quieter.',
    volume: percent => `Volume ${percent} percent.`,
    excuse: heard => `I heard: ${heard}. I am a demonstration without a language model, so I cannot answer that.`,
  },
}
