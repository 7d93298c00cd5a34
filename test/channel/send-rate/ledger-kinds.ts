import {DatabaseLedger} from '@essence/core/channel/send-rate/database-ledger'
import type {Ledger} from '@essence/core/channel/send-rate/ledger'
import {NatsLedger} from '@essence/core/channel/send-rate/nats-ledger'
import {openApart, type SharedKind, sharedKinds} from '../../store/shared-databases.ts'
import {natsKind} from '../nats-kind.ts'

export type LedgerTime = () => number

/** Opens a ledger as a process of its own has it, as often as one likes. */
type Open = (now: LedgerTime) => Promise<{ledger: Ledger; close(): Promise<void>}>

/** Where it is kept what a bot sends. */
export type LedgerKind = SharedKind<Open>

export const ledgerKinds = (): LedgerKind[] => {
  const longestMs = 30_000
  return [
    ...sharedKinds().map(kind => ({
      ...kind,
      async prepare(): Promise<Open> {
        const place = await kind.prepare()
        return async now => {
          const db = await openApart(place)
          return {ledger: new DatabaseLedger({longestMs, channel: 'test:1', db, now}), close: () => db.close()}
        }
      },
    })),
    natsKind<Open>(({channel, connect}) => async now => {
      const nats = await connect()
      return {ledger: new NatsLedger({longestMs, channel, nats, now}), close: () => nats.close()}
    }),
  ]
}
