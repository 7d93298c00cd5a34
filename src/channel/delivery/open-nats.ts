import type {Settings} from '../../config/schema.ts'
import {messageOf} from '../../kit/errors.ts'
import type {Secret} from '../../kit/secret.ts'
import type {Log} from '../../service/log.ts'
import type {Nats} from './nats/connection.ts'

/** The server at NATS_URL, as the settings have it, over a connection of its own. @throws STORE_UNAVAILABLE */
export const openNatsAt = async (
  url: Secret,
  {
    NATS_MAX_RECONNECT: maxReconnect = 10,
    NATS_RECONNECT_WAIT: reconnectWait = 2,
  }: Partial<Pick<Settings, 'NATS_MAX_RECONNECT' | 'NATS_RECONNECT_WAIT'>>,
  log: Log,
): Promise<Nats> => {
  const {openNats} = await import('./nats/connection.ts')
  return await openNats({
    ...{url, maxReconnect, reconnectWaitMs: reconnectWait * 1000},
    onWait: error => log.warn({why: messageOf(error)}, 'NATS is out of reach; trying again'),
  })
}
