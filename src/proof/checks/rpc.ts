import type {Client, CompatServiceDefinition} from 'nice-grpc'
import {ClientError, Status} from 'nice-grpc-common'
import {HealthDefinition} from 'nice-grpc-server-health'
import {ServerReflectionService} from 'nice-grpc-server-reflection'
import {one} from '../../kit/flow/iterate.ts'
import {Secret} from '../../kit/secret.ts'
import {openRpcClient} from '../../rpc/client.ts'
import {channelCredentials} from '../../rpc/tls.ts'
import type {ServiceAtWork, ServiceCheck} from '../service-checks.ts'
import {expectEqual, expectMatch, mismatch} from './expect.ts'

/** A gRPC service of ours, as clients see it. */
export interface RpcService<Definition extends CompatServiceDefinition> {
  definition: Definition
  /** `june.asr.SpeechToText` */
  name: string
}

interface ClientOptions {
  /** Default: that of the settings. */
  key?: Secret | undefined
  /** Default: of the service. */
  url?: string | undefined
}

/** Uses a client of the service, with its key and its certificates, and closes it. */
export const withClient = async <Definition extends CompatServiceDefinition, T>(
  {definition, name}: RpcService<Definition>,
  {settings, ...service}: ServiceAtWork,
  use: (client: Client<Definition>) => Promise<T>,
  options: ClientOptions = {},
): Promise<T> => {
  const {url = service.url ?? '', key} = {key: settings.SERVICE_API_KEY, ...options}
  const credentials = url.startsWith('grpcs:') ? await channelCredentials(settings.SERVICE_TLS_CA) : undefined
  const {client, close} = openRpcClient(definition, name, {
    ...{url, key, credentials, name: `The service ${service.name}`},
    ...{variable: `${service.name.toUpperCase()}_URL`, defaultPort: 0},
  })
  try {
    return await use(client)
  } finally {
    close()
  }
}

/** A call that must be refused. @throws UNHEALTHY where it is not, or otherwise */
export const expectRefused = async (
  what: string,
  call: Promise<unknown>,
  status: keyof typeof Status,
  message: RegExp,
): Promise<void> => {
  const error = await call.then(
    answer => {
      throw mismatch(what, `the status ${status}`, answer)
    },
    (reason: unknown) => reason,
  )
  const cause = error instanceof Error ? error.cause : undefined
  if (!(cause instanceof ClientError)) throw error
  expectEqual(`${what}: its gRPC status`, Status[cause.code], status)
  expectMatch(`${what}: its message`, cause.details, message)
}

/** SERVING in `grpc.health.v1`; its enum is not exported. */
const serving = 1

/**
 * What every gRPC service of ours has beside its own calls: the standard health service, and reflection.
 * @param beside names of others on its port
 */
export const standardChecks = ({name}: {name: string}, beside: readonly string[] = []): ServiceCheck[] => {
  const health = {definition: HealthDefinition, name: HealthDefinition.fullName}
  const reflection = {definition: ServerReflectionService, name: 'grpc.reflection.v1.ServerReflection'}
  return [
    {
      name: 'grpc.health.v1 Check',
      run: (service, signal) =>
        withClient(health, service, async client => {
          for (const asked of ['', name, ...beside]) {
            const {status} = await client.check({service: asked}, {signal})
            expectEqual(`the health of "${asked}"`, status, serving)
          }
          await expectRefused(
            'the health of a service that is not here',
            client.check({service: 'june.none'}, {signal}),
            'NOT_FOUND',
            /june\.none/,
          )
        }),
    },
    {
      name: 'grpc.health.v1 Watch',
      run: (service, signal) =>
        withClient(health, service, async client => {
          for await (const {status} of client.watch({service: name}, {signal})) {
            expectEqual(`the first status told of ${name}`, status, serving)
            return
          }
          throw mismatch(`the watch of ${name}`, 'a status', 'its end')
        }),
    },
    {
      name: 'reflection',
      run: (service, signal) =>
        withClient(reflection, service, async client => {
          // Field 7, list_services, as an empty text.
          const request = ServerReflectionService.serverReflectionInfo.requestDeserialize(Buffer.from([0x3a, 0]))
          for await (const response of client.serverReflectionInfo(one(request), {signal})) {
            const services =
              response
                .getListServicesResponse()
                ?.getServiceList()
                .map(each => each.getName()) ?? []
            const expected = [HealthDefinition.fullName, name, ...beside].sort()
            expectEqual('the services that reflection lists', services.sort(), expected)
            return
          }
          throw mismatch('the list of services', 'an answer', 'its end')
        }),
    },
  ]
}

/** Who is served: with a key those who show it, with TLS those who use it, else everyone. @param call any of the service */
export const accessCheck = <Definition extends CompatServiceDefinition>(
  rpc: RpcService<Definition>,
  call: (client: Client<Definition>, signal: AbortSignal) => Promise<unknown>,
): ServiceCheck => ({
  name: 'key and TLS',
  async run(service, signal) {
    const {settings, url = ''} = service
    const tried = (options?: ClientOptions) => withClient(rpc, service, client => call(client, signal), options)
    await tried()
    if (settings.SERVICE_API_KEY) {
      const other = new Secret('not the key of this service')
      await expectRefused('a call without a key', tried({key: undefined}), 'UNAUTHENTICATED', /wants a key/)
      await expectRefused(
        'a call with another key',
        tried({key: other}),
        'UNAUTHENTICATED',
        /not the one of this service/,
      )
    }
    if (url.startsWith('grpcs:')) {
      await expectRefused('a call without TLS', tried({url: url.replace('grpcs:', 'grpc:')}), 'UNAVAILABLE', /./)
    }
  },
})
