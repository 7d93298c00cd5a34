import {quantilesOf} from '../../report/quantiles.ts'
import type {TurnEngines} from '../../voice/turn.ts'
import type {Jobs} from '../delivery/job.ts'
import type {TurnLog} from '../turn-log.ts'
import {status} from '../words/standing-texts.ts'
import type {Words} from '../words/words.ts'

/** Turns whose median is told: enough of them to mean something, few enough to follow a change. */
const recentTurns = 50

export interface StatusContext {
  engines: TurnEngines
  turnLog: TurnLog
}

/** `/status`: what June runs on, and how fast it was of late. @param channel `telegram` @throws STORE_UNAVAILABLE */
export const recentStatus = async (
  channel: string,
  {engines, turnLog}: StatusContext,
  words: Words,
): Promise<string> => {
  const turns = await turnLog.find({last: recentTurns, channel})
  return status(words, engines, stage => quantilesOf(turns.flatMap(({times}) => times[stage] ?? []))?.p50)
}

/** The same for an owner: also what waits. @throws STORE_UNAVAILABLE */
export const fullStatus = async (
  channel: string,
  context: StatusContext,
  jobs: Pick<Jobs<never, never>, 'count'>,
  words: Words,
): Promise<string> => [await recentStatus(channel, context, words), words('adminQueue', await jobs.count())].join('\n')
