import {recordedTurn, turnFailure} from '@essence/core/channel/recorded-turn'
import type {RunTurn} from '@essence/core/conversation/port'
import type {GatewayContext} from '../door/context.ts'

export interface AdmissionOptions {
  context: Pick<GatewayContext, 'turns' | 'record'>
  speaker: string
  /** Whether the caller may go on, and has not had too much. @throws RATE_LIMITED, TOKEN_REJECTED, NOT_ALLOWED */
  admit: () => Promise<void>
  /** One that was let in is not wanted after all. */
  onDiscard: () => void
  /** Answers are spoken, where nothing else is said. */
  isSpoken: () => boolean
  /** Who waits is told of it. @param before turns before this one; null: it waits no more */
  onWaiting: (before: number | null) => void
}

/** Runs the turns of a live conversation as those of every door: in their person's turn, counted and measured. */
export const admittedTurn = ({
  context: {turns, record},
  speaker,
  admit,
  onDiscard,
  isSpoken,
  onWaiting,
}: AdmissionOptions): RunTurn =>
  async function* (turn, engines, {signal: wanted, ...options}) {
    let isWanted = turn.live === undefined
    /** Turns before this one, while it waits. */
    let before: number | undefined
    const wait = (place: number | undefined): void => {
      const was = before
      before = place
      // What is begun on chance waits unseen.
      if (isWanted && place !== was) onWaiting(place ?? null)
    }
    void turn.live?.settled.then(() => {
      isWanted = true
      if (before !== undefined) onWaiting(before)
    })
    await admit()
    let release = (): void => {}
    let signal = wanted
    try {
      ;({signal, release} = await turns.take(speaker, {signal: wanted, onPlace: wait}))
      wait(undefined)
      const spoken = turn.speak ?? isSpoken()
      yield* recordedTurn({...turn, speak: spoken}, engines, {...options, ...record, signal})
    } catch (error) {
      throw turnFailure(error, signal)
    } finally {
      wait(undefined)
      release()
      if (!isWanted) onDiscard()
    }
  }
