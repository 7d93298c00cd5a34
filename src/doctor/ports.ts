import {systemCodeOf} from '../kit/errors.ts'
import {askHealth, healthUrl, isTaken, type PortSetting, portSettings, refusalToListen} from '../service/ports.ts'
import {type Finding, failure, ok} from './finding.ts'

/** A service that is switched on, and the variables of the addresses it listens on. */
export interface ListeningService {
  name: string
  ports: readonly {host: string; port: string}[]
  /** The variable in which others get its address; one that has none is a channel. */
  provides?: string | undefined
}

/** The ports a service will listen on: free, or its own already. */
export const checkPorts = async ({name, ports}: ListeningService, settings: object): Promise<Finding[]> => {
  const wanted = portSettings(ports, settings)
  if (wanted.length === 0) return []
  const id = `port${wanted.length > 1 ? 's' : ''} of ${name}`
  const refused = await Promise.all(wanted.map(async setting => ({setting, refusal: await refusalToListen(setting)})))
  for (const {setting, refusal} of refused) {
    const health = isTaken(refusal) ? await askHealth(healthUrl(setting)) : undefined
    if (health?.service === name) return [ok(id, `June's ${name} is running on ${setting.port}: ${health.status}`)]
  }
  const bad = refused.find(({refusal}) => refusal !== undefined)
  if (bad?.refusal) return [notFree(id, name, bad.setting, bad.refusal)]
  const free = wanted.map(({port}) => (port === 0 ? 'any free one' : `${port} is free`))
  return [ok(id, free.join(', '))]
}

const notFree = (id: string, name: string, {variables, host, port}: PortSetting, refusal: Error): Finding => {
  const another = `Choose another port: ${variables.port}=${port >= 1024 && port < 65_535 ? port + 1 : 8000}`
  if (isTaken(refusal)) return failure(id, `another program has ${port}; ${name} could not start`, another)
  const code = systemCodeOf(refusal) ?? refusal.message
  const fix = code === 'EACCES' ? another : `Check ${variables.host}.`
  return failure(id, `${name} could not listen on ${host}:${port} (${code})`, fix)
}
