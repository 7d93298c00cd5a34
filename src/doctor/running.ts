import type {Settings} from '../config/schema.ts'
import {runningUp} from '../engines/remote/up-record.ts'
import {askHealth, healthUrl, portSettings, type ToldHealth} from '../service/ports.ts'
import {type Finding, failure, ok, warning} from './finding.ts'
import type {ListeningService} from './ports.ts'

interface Running {
  /** How it is known to run. */
  detail: string
  /** Where each service tells of its health. */
  health: ReadonlyMap<string, string>
}

/**
 * What a June that runs on this machine says of itself: its engines are not opened a second time beside it, which would take
 * their memory twice and tell nothing of those that work. Undefined where none runs.
 */
export const checkRunning = async (
  settings: Settings,
  services: readonly ListeningService[],
): Promise<Finding[] | undefined> => {
  const running = (await byRecord(settings)) ?? (await byPorts(settings, services))
  if (!running) return undefined
  const asked = [...running.health].map(([name, url]) => askService(name, url))
  return [
    ok('June', `${running.detail}; she was asked, her engines were not opened again`),
    ...(await Promise.all(asked)),
  ]
}

const byRecord = async ({JUNE_DATA_DIR}: Settings): Promise<Running | undefined> => {
  const record = await runningUp(JUNE_DATA_DIR)
  if (!record) return undefined
  const {pid, address, health} = record
  return {detail: `is up${address ? ` at ${address}` : ''} (process ${pid})`, health: new Map(Object.entries(health))}
}

/** Services that were started one by one, where a channel is among them: it has all engines. */
const byPorts = async (settings: Settings, services: readonly ListeningService[]): Promise<Running | undefined> => {
  const found = await Promise.all(
    services.map(async ({name, ports, provides}) => {
      const urls = portSettings(ports, settings).map(healthUrl)
      const answers = await Promise.all(urls.map(url => askHealth(url)))
      const at = answers.findIndex(answer => answer?.service === name)
      return {name, url: urls[at], isChannel: provides === undefined}
    }),
  )
  const here = found.flatMap(({name, url, isChannel}) => (url === undefined ? [] : [{name, url, isChannel}]))
  if (!here.some(({isChannel}) => isChannel)) return undefined
  return {
    detail: `runs: ${here.map(({name}) => name).join(', ')}`,
    health: new Map(here.map(({name, url}) => [name, url])),
  }
}

const askService = async (name: string, url: string): Promise<Finding> => {
  const [health, figures] = await Promise.all([askHealth(url), figuresAt(url.replace(/health$/, 'metrics'))])
  if (!health) return failure(name, `does not answer at ${url}`, 'See its log, or start June again: essence up')
  const parts = Object.entries(health.checks ?? {}).flatMap(([part, {status, detail}]) => {
    const state = [status === 'healthy' ? '' : status, detail ?? ''].filter(Boolean).join(', ')
    return state ? [`${part}: ${state}`] : []
  })
  const detail = [`${health.status}, ${uptime(health)}`, ...parts, ...figures].join('; ')
  if (health.status === 'healthy') return ok(name, detail)
  if (health.status === 'unhealthy') return failure(name, detail, 'See its log for why.')
  return warning(name, detail, health.status === 'starting' ? 'Ask again in a moment.' : 'See its log for why.')
}

const uptime = ({uptimeSeconds = 0}: ToldHealth): string =>
  uptimeSeconds < 120 ? `for ${uptimeSeconds} s` : `for ${Math.round(uptimeSeconds / 60)} min`

/** Its figures of turns and of loading; none where it measures nothing. */
const figuresAt = async (url: string): Promise<string[]> => {
  const text = await fetch(url, {signal: AbortSignal.timeout(2000)})
    .then(response => (response.ok ? response.text() : ''))
    .catch(() => '')
  const sum = (line: RegExp): number => [...text.matchAll(line)].reduce((total, [, value]) => total + Number(value), 0)
  const turns = sum(/^june_turns_total\{.*\} (\S+)$/gm)
  const good = sum(/^june_turns_total\{.*result="ok".*\} (\S+)$/gm)
  const seconds = sum(/^june_turn_stage_seconds_sum\{.*stage="total".*\} (\S+)$/gm)
  const loading = sum(/^\w+_model_load_seconds (\S+)$/gm)
  return [
    ...(loading > 0 ? [`loaded in ${loading.toFixed(1)} s`] : []),
    ...(turns > 0 ? [`${turns} turn${turns > 1 ? 's' : ''}, ${good} answered`] : []),
    ...(good > 0 ? [`${(seconds / good).toFixed(1)} s each`] : []),
  ]
}
