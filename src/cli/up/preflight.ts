import {runningUp} from '../../engines/remote/up-record.ts'
import {EssenceError} from '../../kit/errors.ts'
import {listenError} from '../../kit/listen-error.ts'
import type {PlannedService} from '../../service/plan-services.ts'
import {askHealth, healthUrl, isTaken, type PortSetting, portSettings, refusalToListen} from '../../service/ports.ts'

/** Refuses a start that cannot come to anything, before anything is started. @throws LOCKED, PORT_IN_USE, CONFIG_INVALID */
export const checkStart = async (
  services: readonly PlannedService[],
  settings: {JUNE_DATA_DIR: string},
): Promise<void> => {
  await refuseSecond(settings.JUNE_DATA_DIR)
  const wanted = services.flatMap(({ports}) => portSettings(ports, settings))
  const errors = (await Promise.all(wanted.map(portError))).filter(error => error !== undefined)
  const [first] = errors
  if (!first) return
  // Without the system's error, which would say the same again.
  const suggestions = errors.flatMap(error => error.suggestions)
  throw new EssenceError(first.code, errors.map(({message}) => message).join(' '), {suggestions})
}

const refuseSecond = async (dataDir: string): Promise<void> => {
  const running = await runningUp(dataDir)
  if (!running) return
  const {pid, since, address} = running
  const where = address ? ` at ${address}` : ''
  throw new EssenceError('LOCKED', `June is up already${where}, since ${localTime(since)} (process ${pid}).`, {
    suggestions: [
      `Stop it: kill ${pid}`,
      'For a second June, set JUNE_DATA_DIR to another folder, and the ports to others: essence config',
    ],
  })
}

/** `2026-11-28 21:18` */
const localTime = (since: string): string => new Date(since).toLocaleString('sv').slice(0, 16)

const portError = async (setting: PortSetting): Promise<EssenceError | undefined> => {
  const refusal = await refusalToListen(setting)
  if (!refusal) return undefined
  const {host, port, variables} = setting
  const error = listenError(refusal, {host, port, variable: variables.port})
  const told = isTaken(refusal) ? await askHealth(healthUrl(setting), 500) : undefined
  if (told?.service === undefined || told.pid === undefined) return error
  return new EssenceError(
    'PORT_IN_USE',
    `Port ${port} on ${host} is taken by June's ${told.service} (process ${told.pid}).`,
    {suggestions: [`Stop it: kill ${told.pid}`, ...error.suggestions.slice(0, 1)]},
  )
}
