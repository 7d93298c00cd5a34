import type {ChannelAccess, Pairing} from '../access/channel/port.ts'
import {messageOf} from '../kit/errors.ts'
import type {Log} from '../service/log.ts'
import {type Clock, pauseMs, systemClock} from './clock.ts'

/** ms between two looks: a command may have let somebody in. */
const lookMs = 1000

export interface PairingOptions {
  access: Pick<ChannelAccess, 'untold' | 'told' | 'list'>
  channel: string
  /** Which of its bots. */
  via: string
  /** Resolves once an owner will be asked, whatever happens to this process; the same may come again after a crash. */
  ask: (owner: string, pairing: Pairing) => Promise<void>
  /** Likewise for the one who asked, and was let in. */
  letIn: (pairing: Pairing) => Promise<void>
  signal: AbortSignal
  log: Log
  clock?: Clock | undefined
}

/**
 * Has owners told who asks to be let in, and those who asked that they were, whoever decided it and where. Resolves when the signal has
 * aborted; never rejects.
 */
export const deliverPairings = async (options: PairingOptions): Promise<void> => {
  const {access, channel, via, ask, letIn, signal, log, clock = systemClock} = options

  const tell = async (pairing: Pairing): Promise<void> => {
    if (pairing.decided === undefined) {
      const known = await access.list(channel)
      const owners = known.filter(({kind, standing}) => kind === 'person' && standing === 'owner')
      for (const {id} of owners) await ask(id, pairing)
    } else if (pairing.decided !== 'blocked') await letIn(pairing)
    await access.told(pairing)
  }

  for (let failures = 0; !signal.aborted; ) {
    try {
      for (const pairing of await access.untold(via)) await tell(pairing)
      failures = 0
    } catch (error) {
      failures++
      log.warn({channel, why: messageOf(error)}, 'owners were not told who asks; trying again')
    }
    await clock.wait(failures > 0 ? pauseMs(failures) : lookMs, signal)
  }
}
