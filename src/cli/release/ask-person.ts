import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {Semaphore} from '../../kit/flow/semaphore.ts'
import type {HostSession} from '../../release/host-session.ts'
import {ask, hasPerson, isYes} from '../ask.ts'
import type {StepViewKind} from '../step-view.ts'

/** Whether a person can be asked: at a terminal, who did not say yes already. A script has said what it wants. */
export const canAsk = (flags: {yes: boolean}, {show}: {show: StepViewKind}): boolean =>
  !flags.yes && show !== 'quiet' && hasPerson()

const refused = 'Nothing was changed.'

/**
 * Asks a person.
 * @param question without its mark: `Go on`
 * @throws CANCELLED unless they say yes
 */
const askPerson = async (question: string): Promise<void> => {
  if (isYes((await ask(`${question}? [y/N] `, refused)) ?? '')) return
  throw new EssenceError('CANCELLED', refused, {suggestions: ['To not be asked: --yes']})
}

/**
 * One question at a time, also with several machines; a person who says no to one is not asked for the others.
 * @param questions of one command
 * @throws CANCELLED
 */
export const askInTurn = (questions: Semaphore, question: string): Promise<void> =>
  questions.run(() =>
    askPerson(question).catch(error => {
      if (isEssenceError(error) && error.code === 'CANCELLED') questions.close(error)
      throw error
    }),
  )

/**
 * What asks before a service that runs is stopped.
 * @param ask a person can be asked
 * @param why completes "telegram runs on june@box and"
 * @param options.beside also where its successor starts beside it
 */
export const beforeStop = (
  ask: boolean,
  service: string,
  why: string,
  {beside = false} = {},
): ((session: HostSession) => Promise<void>) => {
  const questions = new Semaphore(1)
  return async session => {
    if (!ask) return
    const [status] = await session.perform('status', {service})
    if (!status?.running || (status.handover === 'beside' && !beside)) return
    await askInTurn(questions, `${service} runs on ${session.name} and ${why}. Go on`)
  }
}

/**
 * What asks before a service is removed. Here a script has to say so, too: there is no way back.
 * @throws USAGE where nobody can be asked
 */
export const beforeRemoval = (
  flags: {yes: boolean},
  asking: {show: StepViewKind},
  question: string,
): ((session: HostSession) => Promise<void>) => {
  const questions = new Semaphore(1)
  return async session => {
    if (flags.yes) return
    if (!canAsk(flags, asking)) {
      throw new EssenceError('USAGE', 'Nobody can be asked here whether it shall be removed.', {
        suggestions: ['Say so: --yes', 'Or see what would be removed: --dry-run'],
      })
    }
    await askInTurn(questions, `${question} on ${session.name}`)
  }
}
