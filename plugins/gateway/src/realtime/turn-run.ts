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
}

/** Runs the turns of a live conversation as those of every door: in their person's turn, counted and measured. */
export const admittedTurn = ({
  context: {turns, record},
  speaker,
  admit,
  onDiscard,
  isSpoken,
}: AdmissionOptions): RunTurn =>
  async function* (turn, engines, {signal: wanted, ...options}) {
    let isWanted = turn.live === undefined
    void turn.live?.settled.then(() => {
      isWanted = true
    })
    await admit()
    let release = (): void => {}
    let signal = wanted
    try {
      ;({signal, release} = await turns.take(speaker, {signal: wanted}))
      const spoken = turn.speak ?? isSpoken()
      yield* recordedTurn({...turn, speak: spoken}, engines, {...options, ...record, signal})
    } catch (error) {
      throw turnFailure(error, signal)
    } finally {
      release()
      if (!isWanted) onDiscard()
    }
  }
