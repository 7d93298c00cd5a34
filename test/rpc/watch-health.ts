import {once} from 'node:events'
import {resolve} from 'node:path'
import {
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js'
import {loadSync} from '@grpc/proto-loader'

type Status = 'SERVING' | 'NOT_SERVING'

/**
 * Follows what the standard health service tells of a service, as a stock client does.
 * @param address `127.0.0.1:50052`
 * @returns `until` resolves once it tells a status
 */
export const watchHealth = (address: string, service: string) => {
  const definition = loadSync(resolve(import.meta.dirname, '../../proto/grpc/health/v1/health.proto'), {enums: String})
  const {grpc} = loadPackageDefinition(definition) as unknown as {
    grpc: {health: {v1: {Health: ServiceClientConstructor}}}
  }
  const client = new grpc.health.v1.Health(address, credentials.createInsecure())
  const told = client['watch']?.({service}) as ClientReadableStream<{status: Status}>
  const statuses: Status[] = []
  told.on('data', ({status}) => {
    statuses.push(status)
    told.emit('status told')
  })
  // It is cancelled at the end, which is no failure.
  told.on('error', () => {})
  const until = async (status: Status): Promise<void> => {
    while (!statuses.includes(status)) await once(told, 'status told')
    statuses.splice(0, statuses.indexOf(status) + 1)
  }
  const stop = (): void => {
    told.cancel()
    client.close()
  }
  return {until, [Symbol.dispose]: stop}
}
