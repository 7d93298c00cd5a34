import type {Memory} from '../../memory/port.ts'
import {mainLanguage} from '../../text/language-tag.ts'
import {lengthText} from '../../text/length-text.ts'
import type {Confirmation, Reminders, Toolbox} from '../../tools/port.ts'
import type {AssistantRequest, DoorAction} from '../port.ts'
import {untilSettled} from '../settled.ts'
import {contextOf} from '../tool-context.ts'
import {english} from './english.ts'
import {french} from './french.ts'
import {german} from './german.ts'
import {numberOf, secondsOf} from './lengths.ts'
import {spanish} from './spanish.ts'
import {sumIn} from './sums.ts'
import type {FastWords} from './words.ts'

export interface FastPathOptions {
  memory?: Pick<Memory, 'facts' | 'erase'> | undefined
  reminders?: Pick<Reminders, 'list' | 'cancel'> | undefined
  toolbox?: Pick<Toolbox, 'call'> | undefined
  /** The clock. Default: the machine's. */
  now?: (() => Date) | undefined
  /** IANA name. Default: the machine's. */
  timeZone?: string | undefined
}

export interface FastAnswer {
  text: string
  action?: DoorAction | undefined
  confirmation?: Confirmation | undefined
  /** A sentence to remember, with the exchange; the other answers are true for a moment only, or repeat what is remembered. */
  noted?: string | undefined
}

/** What is surely one of a few things is answered without a model; undefined for all else. @param last what was said before */
export type FastPath = (request: AssistantRequest, last: string | undefined) => Promise<FastAnswer | undefined>

const languages: Record<string, FastWords> = {en: english, de: german, fr: french, es: spanish}

/** Characters; what is longer is no such phrase. */
const maxLength = 300
/** Characters that find plain words in a text. */
const plainBeginning = 8
/** ms within which "that" is what was noted last. */
const justNow = 10 * 60_000

export const openFastPath = (options: FastPathOptions = {}): FastPath => {
  const {now = () => new Date()} = options
  return async (request, last) => {
    if (request.text.length > maxLength) return undefined
    const plain = plainWords(request.text)
    for (const words of wordsFor(request.language)) {
      const said = plain.replace(words.courtesies.before, '').replace(words.courtesies.after, '')
      const answer = said === '' ? undefined : await answerIn(words, said, {...options, now, request, last})
      if (answer) return answer
    }
    return undefined
  }
}

/** What is said where no language model is there. */
export const excuseFor = (text: string, language: string | undefined): string | undefined => {
  const words = language === undefined ? undefined : languages[mainLanguage(language)]
  return words?.say.excuse(text)
}

/** The language of the utterance first: that of a short one is often misheard. */
const wordsFor = (language: string | undefined): FastWords[] => {
  const own = language === undefined ? undefined : languages[mainLanguage(language)]
  return [...new Set([...(own ? [own] : []), ...Object.values(languages)])]
}

interface Asked extends FastPathOptions {
  now: () => Date
  request: AssistantRequest
  last: string | undefined
}

const answerIn = async (words: FastWords, said: string, asked: Asked): Promise<FastAnswer | undefined> => {
  const {say} = words
  const {last, request} = asked
  const mayAct = request.tools !== false
  if (words.stop.test(said)) return {text: '', action: {kind: 'stop'}}
  if (words.time.test(said)) return {text: say.time(clockTime(words, asked))}
  if (words.date.test(said)) return {text: say.date(dateText(words, asked))}
  if (words.repeat.test(said)) return {text: last ?? say.nothingSaid}
  return (
    volumeAnswer(words, said) ??
    (mayAct ? await memoryAnswer(words, said, asked) : undefined) ??
    (mayAct ? await reminderAnswer(words, said, asked) : undefined) ??
    sumAnswer(words, said)
  )
}

const volumeAnswer = (words: FastWords, said: string): FastAnswer | undefined => {
  const {say} = words
  if (words.louder.test(said)) return {text: say.louder, action: {kind: 'volume', step: 1}}
  if (words.quieter.test(said)) return {text: say.quieter, action: {kind: 'volume', step: -1}}
  const [, asked] = words.volume.exec(said) ?? []
  const level = asked === undefined ? undefined : numberOf(asked, words)
  if (level === undefined || level > 100) return undefined
  // "Volume five" is five of ten.
  const percent = Number.isInteger(level) && level <= 10 ? level * 10 : level
  return {text: say.volume(percent), action: {kind: 'volume', level: percent / 100}}
}

const sumAnswer = (words: FastWords, said: string): FastAnswer | undefined => {
  const [, sum] = words.sum.exec(said) ?? []
  // 9/11, 24/7 and 555-1234 are no sums; "two and three", said alone, may be anything.
  if (sum === undefined || /^\d+(?:[-/]\d+)+$/.test(sum)) return undefined
  if (sum === said && sum.split(' ').some(word => words.and.test(word)) && numberOf(sum, words) === undefined)
    return undefined
  const text = sumIn(sum, words)
  return text === undefined ? undefined : {text}
}

const memoryAnswer = async (
  words: FastWords,
  said: string,
  {memory, toolbox, request, now}: Asked,
): Promise<FastAnswer | undefined> => {
  const {say} = words
  if (!memory) return undefined
  if (words.know.test(said)) {
    const facts = await memory.facts(request.speaker)
    return {text: facts.length > 0 ? say.known(facts.map(({text}) => text)) : say.nothingKnown}
  }
  if (words.forgetThat.test(said)) {
    const [newest] = await memory.facts(request.speaker)
    if (!newest || now().getTime() - newest.validFrom.getTime() > justNow) return {text: say.nothingToForget}
    await untilSettled(request)
    await memory.erase(request.speaker, newest.id)
    return {text: say.forgotten}
  }
  if (words.forgetAll.test(said) && toolbox) {
    const call = {id: 'fast', name: 'erase_everything', arguments: '{}'}
    await untilSettled(request)
    const outcome = await toolbox.call(call, contextOf(request))
    if (outcome.kind === 'confirm') return {text: outcome.confirmation.question, confirmation: outcome.confirmation}
  }
  const [, fact] = words.remember.exec(said) ?? []
  if (fact) return {text: say.remembered, noted: asWritten(fact, request.text)}
  return undefined
}

const reminderAnswer = async (words: FastWords, said: string, asked: Asked): Promise<FastAnswer | undefined> => {
  const {toolbox, reminders, request, now} = asked
  const {say, locale} = words
  const set = async (name: string, input: object): Promise<boolean> => {
    const call = {id: 'fast', name, arguments: JSON.stringify(input)}
    await untilSettled(request)
    return (await toolbox?.call(call, contextOf(request)))?.kind === 'result'
  }
  const [, length, lengthBefore] = words.timer.exec(said) ?? []
  const seconds = secondsOf(length ?? lengthBefore ?? '', words)
  if (seconds !== undefined && (await set('set_timer', {seconds})))
    return {text: say.timer(lengthText(seconds, locale))}
  for (const pattern of words.reminders) {
    const {when, text} = pattern.exec(said)?.groups ?? {}
    if (when && text && (await set('set_reminder', {when, text}))) return {text: say.reminder(when)}
  }
  if (!reminders) return undefined
  if (words.listTimers.test(said)) {
    const all = await reminders.list(request.speaker)
    const lines = all.map(({kind, text, dueAt}) => {
      const left = lengthText((dueAt.getTime() - now().getTime()) / 1000, locale)
      return kind === 'timer' ? left : `${text.replace(/[.!]$/, '')} (${left})`
    })
    return {text: lines.length > 0 ? say.timers(lines) : say.noTimers}
  }
  if (!words.cancelTimer.test(said)) return undefined
  const kind = words.reminderWord.test(said) ? 'reminder' : 'timer'
  const all = (await reminders.list(request.speaker)).filter(one => one.kind === kind)
  const [only] = all
  if (!only) return {text: say.noTimers}
  // Which of several is meant, the model may find out.
  if (all.length > 1) return undefined
  await untilSettled(request)
  await reminders.cancel(request.speaker, only.id)
  return {text: say.cancelled}
}

/** Plain words as the person wrote them, as a sentence. */
const asWritten = (plain: string, text: string): string => {
  const at = text.toLowerCase().indexOf(plain.slice(0, plainBeginning))
  const words = (at < 0 ? plain : text.slice(at)).trim().replace(/[.!?…]+$/, '')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

const clockTime = ({locale}: FastWords, {now, timeZone}: Asked): string => {
  const text = new Intl.DateTimeFormat(locale, {hour: 'numeric', minute: '2-digit', ...(timeZone && {timeZone})})
    .format(now())
    // Node writes a narrow no-break space before AM and PM, which few voices know.
    .replaceAll(/\s/g, ' ')
  if (locale === 'de-DE') return `${text} Uhr`
  return locale === 'fr-FR' ? text.replace(':', ' h ') : text
}

const dateText = ({locale}: FastWords, {now, timeZone}: Asked): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...(timeZone && {timeZone}),
  }).format(now())

/** Lower case, single spaces, no punctuation but what words, numbers and sums need. */
const plainWords = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/(?<!\d)[.,]|[.,](?!\d)|[^\p{L}\p{M}\p{N}.,'+\-*/×÷−\s]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
