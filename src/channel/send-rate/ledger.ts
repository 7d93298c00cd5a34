import type {Send} from './permit.ts'
import {type Limit, marginMs} from './places.ts'

/** A message that wants to go out, and what the platform takes in all. */
export type Asked = Pick<Send, 'chat' | 'limits' | 'isGlimpse'> & {all: Limit}

/** A place was taken, until some time after its end; or ms until there may be one: in the chat, in all. 0: it may be there already. */
export type Taken = {end(): Promise<void>} | {chatMs: number; allMs: number}

/** What the processes of a bot have sent of late, kept where each of them sees it. */
export interface Ledger {
  /** Takes a place in all windows, or in none. */
  take(asked: Asked): Promise<Taken>
}

export interface LedgerOptions {
  /** `telegram:4711`: the bot. */
  channel: string
  /** No call lasts longer: one of which no end was told has ended then. */
  longestMs: number
  /** ms since the epoch. */
  now: () => number
}

/** ms between two looks whether what others send is over. */
export const lookMs = 50

/** ms for which what counts no more may still be kept. */
export const tidyMs = 60_000

/** ms until a place is free that is taken `until` then, and counts so many ms longer; undefined: nobody has it. */
export const freeInMs = (until: number | undefined, ms: number, at: number): number => {
  if (until === undefined || until + ms + marginMs < at) return 0
  // It is still on its way.
  return until > at ? lookMs : until + ms + marginMs - at
}
