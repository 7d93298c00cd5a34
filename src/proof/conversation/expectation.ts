import {scoreConversion} from '../../accuracy/score.ts'
import {heardFromMs, soundingSpans} from './loudspeaker.ts'
import type {Person} from './person.ts'
import type {Pattern} from './scenario-values.ts'
import type {Expectation} from './steps.ts'

/** The person's last sound: what is expected next is measured from it. */
export interface Anchor {
  startMs: number
  endMs: number
  /** What was said, where it is known. */
  said: string | undefined
  language: string
  /** When June had answered it, where the person listened till then. */
  answeredMs?: number | undefined
}

/** Of an expectation: it holds; it does not hold yet; it cannot hold any more. */
export type Verdict = {met: true} | {met: false; final: boolean; why: string}

const met: Verdict = {met: true}
const notYet = (why: string): Verdict => ({met: false, final: false, why})
const never = (why: string): Verdict => ({met: false, final: true, why})

/** `1.24 s` */
export const secondsOf = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

/** ms without sound from which on June is quiet, not between two words. */
const quietMs = 250
/** ms after a sound by which it is clear whether June goes on. */
const settleMs = 2500

const words = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Words are found whatever their case and punctuation. */
export const matches = (text: string, wanted: Pattern): boolean =>
  wanted instanceof RegExp ? new RegExp(wanted).test(text) : ` ${words(text)} `.includes(` ${words(wanted)} `)

/** Responses that began after the person's sound did. */
const answersTo = ({session}: Person, {startMs}: Anchor) =>
  session.responses.filter(({createdMs}) => createdMs >= startMs)

/** When June is first heard after the person's sound began: ms; undefined: not yet. */
export const answeredMs = (person: Person, anchor: Anchor): number | undefined => {
  const moments = answersTo(person, anchor).flatMap(({id}) => heardFromMs(person.session.loudspeaker.played, id) ?? [])
  const heard = moments.filter(ms => ms <= person.now())
  return heard.length === 0 ? undefined : Math.min(...heard)
}

/** What the gateway heard of the person's sound; undefined: nothing yet. */
export const heardOf = ({session}: Person, {startMs}: Anchor): string | undefined => {
  const heard = session.turns.flatMap(({heard, committedMs}) =>
    heard === undefined || (committedMs ?? 0) < startMs ? [] : [heard],
  )
  return heard.length === 0 ? undefined : heard.join(' ')
}

/** When June, who spoke as the person's sound began, was quiet: ms; undefined: not yet. */
export const quietAt = (person: Person, startMs: number): number | undefined => {
  const spans = soundingSpans(person.session.loudspeaker.played)
  let end = startMs
  for (const span of spans) if (span.endMs > end && span.startMs - end < quietMs) end = span.endMs
  return person.now() >= end + quietMs ? end : undefined
}

/** The longest time that June, who spoke as the person's sound began, was quiet before she went on: ms; undefined: she did not yet. */
export const longestGap = (person: Person, response: string, startMs: number): number | undefined => {
  const spans = soundingSpans(person.session.loudspeaker.played, response).filter(({endMs}) => endMs > startMs)
  const gaps = spans.slice(1).map((span, at) => span.startMs - (spans[at]?.endMs ?? 0))
  return gaps.length === 0 ? undefined : Math.max(...gaps)
}

type Check = (person: Person, anchor: Anchor, wanted: Expectation) => Verdict

const checkSpeech: Check = (person, anchor, {within = 0}) => {
  const at = answeredMs(person, anchor)
  if (at === undefined) return notYet('June says nothing')
  const after = at - anchor.endMs
  return after <= within ? met : never(`June speaks after ${secondsOf(after)}`)
}

const checkHeard: Check = (person, anchor, {heard: wanted, wer}) => {
  const heard = heardOf(person, anchor)
  if (heard === undefined) return notYet('nothing was heard of it')
  const found = `"${heard}" was heard`
  if (wanted !== undefined && wer === undefined) return matches(heard, wanted) ? met : notYet(found)
  const said = typeof wanted === 'string' ? wanted : anchor.said
  if (said === undefined) return never('what was said is not known, so words cannot be counted')
  const {wordErrors, words: count} = scoreConversion(said, heard, anchor.language)
  const isRight =
    wordErrors / Math.max(1, count) <= (wer ?? 0) && (!(wanted instanceof RegExp) || matches(heard, wanted))
  return isRight ? met : notYet(`${found}: ${wordErrors} of ${count} words wrong`)
}

const checkSays: Check = (person, anchor, {says = ''}) => {
  const said = answersTo(person, anchor)
    .map(({text}) => text)
    .join(' ')
  return matches(said, says) ? met : notYet(`June says "${said.trim()}"`)
}

const argumentsOf = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

const checkFunction: Check = (person, anchor, {function: wanted}) => {
  const calls = answersTo(person, anchor).flatMap(response => response.calls)
  const isWanted = calls.some(({name, arguments: text}) => {
    const found = argumentsOf(text)
    const agrees = ([key, value]: [string, unknown]): boolean =>
      typeof value === 'string'
        ? words(String(found[key])) === words(value)
        : JSON.stringify(found[key]) === JSON.stringify(value)
    return name === wanted?.name && Object.entries(wanted.arguments).every(agrees)
  })
  const found = calls.map(({name, arguments: text}) => `${name}(${text})`).join(', ')
  return isWanted ? met : notYet(found === '' ? 'no function is called' : `June calls ${found}`)
}

/** A turn of the gateway that was over before what was said. One that began before it is another one. */
export const cutsOff = (
  {startedMs, committedMs}: Person['session']['turns'][number],
  {startMs, endMs}: Pick<Anchor, 'startMs' | 'endMs'>,
): boolean =>
  committedMs !== undefined && committedMs > startMs && committedMs < endMs && (startedMs ?? startMs) >= startMs

const checkWhole: Check = ({session}, anchor) => {
  const early = session.turns.find(turn => cutsOff(turn, anchor))?.committedMs
  return early === undefined
    ? met
    : never(`the turn was over at ${secondsOf(early)}, ${secondsOf(anchor.endMs - early)} before the person was`)
}

const checkInterrupted: Check = ({session}, {startMs}) =>
  session.responses.some(({interruptedMs}) => interruptedMs !== undefined && interruptedMs >= startMs)
    ? met
    : notYet("June's answer is not ended")

/** ms by which the microphone may lag behind what is heard: a frame. */
const frameMs = 20

/** The answer that June was giving as the person's sound began, be it between two sentences. */
export const spokenOver = ({session: {responses, loudspeaker}}: Person, {startMs}: Pick<Anchor, 'startMs'>) =>
  responses.findLast(({id, doneMs = Number.POSITIVE_INFINITY}) => {
    const mine = loudspeaker.played.filter(({response}) => response === id)
    const [first, last] = [mine[0], mine.at(-1)]
    return first && last && first.startMs <= startMs && Math.max(last.endMs, doneMs) > startMs + frameMs
  })

const silentThen = never('June did not speak when the sound began')

const checkQuiet: Check = (person, anchor, {quiet = 0}) => {
  const {startMs} = anchor
  if (!spokenOver(person, anchor)) return silentThen
  const at = quietAt(person, startMs)
  if (at !== undefined) return at - startMs <= quiet ? met : never(`June was quiet after ${secondsOf(at - startMs)}`)
  return notYet('June speaks on')
}

const checkResumes: Check = (person, anchor, {resumes = 0}) => {
  const response = spokenOver(person, anchor)
  if (!response) return silentThen
  if (response.interruptedMs !== undefined) return never(`June's answer ended at ${secondsOf(response.interruptedMs)}`)
  const gap = longestGap(person, response.id, anchor.startMs) ?? 0
  if (gap > resumes) return never(`June was quiet for ${secondsOf(gap)}`)
  const isPlaying = person.session.loudspeaker.playing(person.now()) === response.id
  if (response.doneMs !== undefined && !isPlaying) return met
  if (person.now() <= anchor.endMs + settleMs) return notYet('it is too early to tell whether June goes on')
  return isPlaying ? met : never('June did not go on')
}

/** What of an expectation is not so, or not yet. */
export const judgeExpectation = (person: Person, anchor: Anchor, wanted: Expectation): Verdict => {
  const {within, heard, wer, says, function: called, whole, interrupted, quiet, resumes} = wanted
  const aboutWords =
    says !== undefined || called !== undefined || interrupted || quiet !== undefined || resumes !== undefined
  const checks: Check[] = [
    ...(within !== undefined && !aboutWords ? [checkSpeech] : []),
    ...(heard !== undefined || wer !== undefined ? [checkHeard] : []),
    ...(says === undefined ? [] : [checkSays]),
    ...(called === undefined ? [] : [checkFunction]),
    ...(whole ? [checkWhole] : []),
    ...(interrupted ? [checkInterrupted] : []),
    ...(quiet === undefined ? [] : [checkQuiet]),
    ...(resumes === undefined ? [] : [checkResumes]),
  ]
  const unmet = checks.map(check => check(person, anchor, wanted)).filter(verdict => !verdict.met)
  if (unmet.length === 0) return met
  return {met: false, final: unmet.some(({final}) => final), why: unmet.map(({why}) => why).join('; ')}
}
