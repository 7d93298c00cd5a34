import {messageOf} from '../../kit/errors.ts'
import type {DeployStep, HostEvent} from './operations.ts'

/** Does the steps of a deploy one after the other, and tells of each. */
export interface Steps {
  /** @param work gives what to say of it, if anything */
  do<T extends string | undefined>(step: DeployStep, work: () => Promise<T>): Promise<T>
  skip(step: DeployStep, why: string): void
}

export const openSteps = (onEvent: (event: HostEvent) => void): Steps => ({
  do: async (step, work) => {
    const started = performance.now()
    const ms = (): number => Math.round(performance.now() - started)
    onEvent({type: 'step', step, state: 'started'})
    try {
      const detail = await work()
      onEvent({type: 'step', step, state: 'done', detail, ms: ms()})
      return detail
    } catch (error) {
      onEvent({type: 'step', step, state: 'failed', detail: messageOf(error), ms: ms()})
      throw error
    }
  },
  skip: (step, why) => onEvent({type: 'step', step, state: 'skipped', detail: why}),
})
