import {scoreConversion} from '../../accuracy/score.ts'
import {type ConversationFigures, mergedFigures} from '../../report/conversation-report.ts'
import {cutsOff, longestGap, quietAt} from './expectation.ts'
import {heardFromMs, soundingSpans} from './loudspeaker.ts'
import type {Person} from './person.ts'
import type {Noise, Response, UserTurn, Utterance} from './record.ts'

/** ms that June may speak on while a person speaks; longer, and she did not hear that she was interrupted. */
const missedMs = 2000
/** ms by which an answer may end, or a turn be told, after the sound that was the reason. */
const lateMs = 3000

/** What the conversations of a scenario come to. */
export const figuresOf = (people: readonly Person[]): ConversationFigures => mergedFigures(people.map(figuresOfOne))

const figuresOfOne = (person: Person): ConversationFigures => {
  const {utterances, session, now} = person
  const cut = utterances.filter(each => session.turns.some(turn => cutsOff(turn, each)))
  const whole = utterances.filter(each => !cut.includes(each))
  const disturbed = disturbancesOf(person)
  const falseStops = disturbed.filter(({noise, response}) => isFalseStop(noise, response, utterances))
  const interruptions = utterances.filter(({interrupts}) => interrupts)
  const quietAfter = interruptions.map(({startMs}) => (quietAt(person, startMs) ?? now()) - startMs)
  const uncalled = session.turns.filter(turn => turn.committedMs !== undefined && !isCalledFor(turn, utterances))
  const isEchoed = ({committedMs = 0}: UserTurn): boolean =>
    person.noises.some(
      ({what, startMs, endMs}) => what === 'echo' && startMs <= committedMs && committedMs <= endMs + lateMs,
    )
  return {
    utterances: utterances.length,
    cutOffs: cut.length,
    voiceToVoice: whole.flatMap(each => answerAfter(person, each) ?? []),
    disturbances: disturbed.length,
    falseStops: falseStops.length,
    interruptions: interruptions.length,
    missedStops: quietAfter.filter(ms => ms > missedMs).length,
    quietAfter: quietAfter.filter(ms => ms <= missedMs).map(Math.round),
    resumedAfter: disturbed.flatMap(({noise, response}) => {
      const gap = response.interruptedMs === undefined ? longestGap(person, response.id, noise.startMs) : undefined
      return gap === undefined ? [] : [Math.round(gap)]
    }),
    selfReplies: uncalled.filter(isEchoed).length,
    falseTurns: uncalled.filter(turn => !isEchoed(turn)).length,
    ...wordsOf(utterances, session.turns),
    microphoneLate: [Math.round(person.lateMs)],
  }
}

const answerAfter = ({session, utterances}: Person, utterance: Utterance): number | undefined => {
  const {responses, loudspeaker} = session
  const next = utterances[utterances.indexOf(utterance) + 1]?.startMs ?? Number.POSITIVE_INFINITY
  const moments = responses
    .filter(({createdMs}) => createdMs >= utterance.startMs && createdMs < next)
    .flatMap(({id}) => heardFromMs(loudspeaker.played, id) ?? [])
    .filter(ms => ms >= utterance.endMs && ms < next)
  return moments.length === 0 ? undefined : Math.round(Math.min(...moments) - utterance.endMs)
}

/** Each answer that was heard at the same time as a sound that is no turn. */
const disturbancesOf = ({noises, session: {responses, loudspeaker}}: Person): {noise: Noise; response: Response}[] =>
  noises.flatMap(noise =>
    responses.flatMap(response => {
      const spans = soundingSpans(loudspeaker.played, response.id)
      const isHeard = spans.some(({startMs, endMs}) => startMs < noise.endMs && endMs > noise.startMs)
      return isHeard ? [{noise, response}] : []
    }),
  )

/** The answer ended for the noise, and not for what somebody said. */
const isFalseStop = (noise: Noise, {interruptedMs: at}: Response, utterances: readonly Utterance[]): boolean =>
  at !== undefined &&
  at >= noise.startMs &&
  at <= noise.endMs + lateMs &&
  !utterances.some(({interrupts, startMs, endMs}) => interrupts && startMs <= at && at <= endMs + lateMs)

/** Somebody was speaking, or had just spoken. */
const isCalledFor = ({startedMs, committedMs = 0}: UserTurn, utterances: readonly Utterance[]): boolean =>
  utterances.some(({startMs, endMs}) => startMs <= committedMs && (startedMs ?? committedMs) <= endMs + lateMs)

/** What was heard is of the utterance that had begun last. */
const wordsOf = (utterances: readonly Utterance[], turns: readonly UserTurn[]): {words: number; wordErrors: number} => {
  const scores = utterances.flatMap((utterance, index) => {
    if (utterance.said === '') return []
    const heard = turns
      .filter(({startedMs, committedMs}) => {
        const at = startedMs ?? committedMs ?? 0
        return utterances.findLastIndex(({startMs}) => startMs <= at) === index
      })
      .flatMap(turn => turn.heard ?? [])
    return [scoreConversion(utterance.said, heard.join(' '), utterance.language)]
  })
  return {
    words: scores.reduce((sum, {words}) => sum + words, 0),
    wordErrors: scores.reduce((sum, {wordErrors}) => sum + wordErrors, 0),
  }
}
