// grpc-js binds what its name resolvers answer, and hands each address to `net.Server.listen` as it is. A resolver of ours
// answers with descriptors this process has inherited, which Node.js looks at before host and port. Registering a resolver is
// an experimental API of grpc-js; test/release/supervisor/no-call-lost.real.test.ts holds that it does.
import {experimental} from '@grpc/grpc-js'

const scheme = 'june-inherited'

/** Answers `june-inherited:<port>,<descriptor>,…`. */
class InheritedResolver implements experimental.Resolver {
  readonly #listener: experimental.ResolverListener
  readonly #addresses: experimental.SubchannelAddress[]

  constructor({path}: experimental.GrpcUri, listener: experimental.ResolverListener) {
    const [port = 0, ...descriptors] = path.split(',').map(Number)
    this.#listener = listener
    this.#addresses = descriptors.map(fd => ({host: '127.0.0.1', port, fd}))
  }

  updateResolution(): void {
    const endpoints = experimental.statusOrFromValue(this.#addresses.map(address => ({addresses: [address]})))
    process.nextTick(() => this.#listener(endpoints, {}, null, ''))
  }

  destroy(): void {}

  static getDefaultAuthority({path}: experimental.GrpcUri): string {
    return path
  }
}

let registered = false

/** The address that a server of grpc-js binds to listen on inherited descriptors. */
export const inheritedAddress = (port: number, descriptors: readonly number[]): string => {
  if (!registered) experimental.registerResolver(scheme, InheritedResolver)
  registered = true
  return `${scheme}:${[port, ...descriptors].join(',')}`
}
