import {messageOf} from '../../kit/errors.ts'
import type {DeployStep, HostEvent} from './events.ts'

/** Does the steps of a deploy one after the other, and tells of each. */
export interface Steps {
  /** @param work may say what came of it, in a few words */
  do<T>(step: DeployStep, work: (say: (detail: string) => void) => Promise<T>): Promise<T>
  skip(step: DeployStep, why: string): void
}

export const openSteps = (onEvent: (event: HostEvent) => void): Steps => ({
  do: async (step, work) => {
    const started = performance.now()
    const ms = (): number => Math.round(performance.now() - started)
    let detail: string | undefined
    onEvent({type: 'step', step, state: 'started'})
    try {
      const result = await work(text => {
        detail = text
      })
      onEvent({type: 'step', step, state: 'done', detail, ms: ms()})
      return result
    } catch (error) {
      onEvent({type: 'step', step, state: 'failed', detail: messageOf(error), ms: ms()})
      throw error
    }
  },
  skip: (step, why) => onEvent({type: 'step', step, state: 'skipped', detail: why}),
})
