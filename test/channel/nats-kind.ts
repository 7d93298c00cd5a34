import {type Nats, openNats} from '@essence/core/channel/delivery/nats/connection'
import {type NatsServer, noNats, startNats} from '../peers/nats-server.ts'
import type {SharedKind} from '../store/shared-databases.ts'

/** A place in NATS: a channel that nobody has used, and connections to it. */
interface NatsPlace {
  channel: string
  connect(): Promise<Nats>
}

/** NATS, where it is installed: one server, a channel for each place. */
export const natsKind = <Place>(placed: (place: NatsPlace) => Place): SharedKind<Place> => {
  let nats: Promise<NatsServer> | undefined
  let channels = 0
  return {
    name: 'NATS',
    missing: noNats,
    async prepare() {
      nats ??= startNats()
      const {url} = await nats
      const connect = () => openNats({url, maxReconnect: -1, reconnectWaitMs: 100})
      return placed({channel: `test:${++channels}`, connect})
    },
    stop: async () => (await nats)?.stop(),
  }
}
