import {type Anchor, secondsOf} from './expectation.ts'
import {heardFromMs} from './loudspeaker.ts'
import type {Person} from './person.ts'

/** ms that June has to answer, and to be done. */
const longMs = 60_000

/** What was expected, what happened, and when. */
export class StepFailure extends Error {}

/** Waits until the microphone has passed a moment. */
export const reached = async (ms: number, {until, mixer}: Person): Promise<void> => {
  await until(() => (mixer.atMs >= ms ? true : undefined), Number.POSITIVE_INFINITY)
}

/** Waits until June has been heard for so long. @throws StepFailure where she does not speak so long */
export const heardFor = async (ms: number | undefined, person: Person): Promise<void> => {
  if (ms === undefined) return
  const {responses, loudspeaker} = person.session
  const found = await person.until((): 'heard' | 'over' | undefined => {
    const response = responses.at(-1)
    const from = response && heardFromMs(loudspeaker.played, response.id)
    if (!response || from === undefined) return undefined
    const isPlaying = loudspeaker.playing(person.now()) === response.id
    if (isPlaying && person.now() >= from + ms) return 'heard'
    return response.doneMs !== undefined && !isPlaying ? 'over' : undefined
  }, person.now() + longMs)
  if (found === 'heard') return
  throw new StepFailure(
    `expected June to speak for ${secondsOf(ms)} at least; ${found === 'over' ? 'her answer was over before' : 'she did not'}`,
  )
}

/** Waits until June has answered, and is done. */
export const listen = async (withinMs = longMs, anchor: Anchor, person: Person): Promise<void> => {
  const {responses, loudspeaker} = person.session
  const done = await person.until(() => {
    const last = responses.at(-1)
    if (last?.doneMs === undefined || last.calls.length > 0) return undefined
    // A cough has no answer: June goes on with the one that she gave.
    const isWanted = last.createdMs >= anchor.startMs || (anchor.said === undefined && last.doneMs >= anchor.startMs)
    return isWanted && loudspeaker.playing(person.now()) === undefined ? true : undefined
  }, person.now() + withinMs)
  if (!done) throw new StepFailure(`expected June to have answered within ${secondsOf(withinMs)}; she has not`)
}
