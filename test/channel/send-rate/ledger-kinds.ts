import {openNats} from '@essence/core/channel/delivery/nats/connection'
import {DatabaseLedger} from '@essence/core/channel/send-rate/database-ledger'
import type {Ledger} from '@essence/core/channel/send-rate/ledger'
import {NatsLedger} from '@essence/core/channel/send-rate/nats-ledger'
import {type NatsServer, noNats, startNats} from '../../peers/nats-server.ts'
import {openApart, sharedKinds} from '../../store/shared-databases.ts'

export type LedgerTime = () => number

/** A ledger as a process of its own has it. */
type Open = (now: LedgerTime) => Promise<{ledger: Ledger; close(): Promise<void>}>

/** Where it is kept what a bot sends. */
export interface LedgerKind {
  name: string
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** A new, empty one; what it returns opens it, as often as one likes. */
  prepare(): Promise<Open>
  /** After the last test. */
  stop(): Promise<void>
}

export const ledgerKinds = (): LedgerKind[] => {
  const bot = {longestMs: 30_000}
  let nats: Promise<NatsServer> | undefined
  let channels = 0
  return [
    ...sharedKinds().map(kind => ({
      ...kind,
      async prepare(): Promise<Open> {
        const place = await kind.prepare()
        return async now => {
          const db = await openApart(place)
          return {ledger: new DatabaseLedger({...bot, channel: 'telegram:1', db, now}), close: () => db.close()}
        }
      },
    })),
    {
      name: 'NATS',
      missing: noNats,
      async prepare() {
        nats ??= startNats()
        const {url} = await nats
        const channel = `telegram:${++channels}`
        return async now => {
          const opened = await openNats({url, maxReconnect: -1, reconnectWaitMs: 100})
          return {ledger: new NatsLedger({...bot, channel, nats: opened, now}), close: () => opened.close()}
        }
      },
      stop: async () => (await nats)?.stop(),
    },
  ]
}
