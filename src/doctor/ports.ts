import {createServer} from 'node:net'
import {systemCodeOf} from '../kit/errors.ts'
import {type Finding, failure, ok} from './finding.ts'

/** A service that is switched on, and the variables of the addresses it listens on. */
export interface ListeningService {
  name: string
  ports: readonly {host: string; port: string}[]
}

interface Address {
  variables: ListeningService['ports'][number]
  host: string
  port: number
}

/** The ports a service will listen on: free, or its own already. Each is tried, as the service would. */
export const checkPorts = async ({name, ports}: ListeningService, settings: object): Promise<Finding[]> => {
  const addresses = ports.map((variables): Address => {
    const [host, port] = [Reflect.get(settings, variables.host), Reflect.get(settings, variables.port)]
    return {variables, host: String(host), port: Number(port)}
  })
  if (addresses.length === 0) return []
  const id = `port${addresses.length > 1 ? 's' : ''} of ${name}`
  const refused = await Promise.all(addresses.map(async address => ({address, code: await refusal(address)})))
  const taken = refused.filter(({code}) => code === 'EADDRINUSE').map(({address}) => address)
  for (const address of taken) {
    const health = await healthAt(address)
    if (health?.service === name) return [ok(id, `June's ${name} is running on ${address.port}: ${health.status}`)]
  }
  const bad = refused.find(({code}) => code !== undefined)
  if (bad?.code !== undefined) return [notFree(id, name, bad.address, bad.code)]
  const free = addresses.map(({port}) => (port === 0 ? 'any free one' : `${port} is free`))
  return [ok(id, free.join(', '))]
}

const notFree = (id: string, name: string, {variables, host, port}: Address, code: string): Finding => {
  const another = `Choose another port: ${variables.port}=${port >= 1024 && port < 65_535 ? port + 1 : 8000}`
  if (code === 'EADDRINUSE') return failure(id, `another program has ${port}; ${name} could not start`, another)
  const fix = code === 'EACCES' ? another : `Check ${variables.host}.`
  return failure(id, `${name} could not listen on ${host}:${port} (${code})`, fix)
}

/** What a service of June that listens there says of itself. */
const healthAt = ({host, port}: Address): Promise<{service?: string; status?: string} | null | undefined> => {
  const here = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const url = `http://${here.includes(':') ? `[${here}]` : here}:${port}/health`
  return fetch(url, {signal: AbortSignal.timeout(2000)})
    .then(response => response.json() as Promise<{service?: string; status?: string} | null>)
    .catch(() => undefined)
}

/** The system's code for why a process cannot listen there; undefined where it can. */
const refusal = ({host, port}: Address): Promise<string | undefined> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', error => resolve(systemCodeOf(error) ?? error.message))
    server.listen({host, port}, () => server.close(() => resolve(undefined)))
  })
