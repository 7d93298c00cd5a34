import {Health} from '../../service/health.ts'
import {serveHealth} from '../../service/health-socket.ts'
import type {SupervisorEvent} from '../../service/supervisor.ts'
import {type Outcome, runAll} from '../../service/up.ts'
import {type PlannedService, shareAddresses} from './plan-services.ts'

export interface UpRun {
  services: PlannedService[]
  version: string
  /** ms a service has to end after the first stop signal. */
  killAfterMs: number
  note: (line: string) => void
  /** Every service is ready or given up, for the first time. */
  onStarted: (outcomes: Outcome[]) => void
}

/** Runs the services and tells what happens to them, until a signal or the loss of a supervisor. @throws UNHEALTHY */
export const runUp = async ({services, version, killAfterMs, note, onStarted}: UpRun): Promise<void> => {
  const width = Math.max(...services.map(({name}) => name.length))
  const health = new Health('june', version)
  const healthServer = await serveHealth(health)
  // Where this is a deployed service itself: the loss of its supervisor stops it as a signal does.
  if (process.connected) process.once('disconnect', () => process.emit('SIGTERM'))
  await runAll({
    services,
    health,
    killAfterMs,
    onEvent: event => {
      const text = eventText(event)
      if (text !== undefined) note(`${event.name.padEnd(width)} │ ${text}`)
    },
    onFirst: outcomes => shareAddresses(services, outcomes),
    onStarted,
  })
  healthServer?.close()
  // An open IPC channel would keep the process alive.
  if (process.connected) process.disconnect()
}

/** One line of a log; nothing of what the summary tells. */
const eventText = (event: SupervisorEvent): string | undefined => {
  switch (event.type) {
    case 'starting':
      return `starting (process ${event.pid})`
    case 'line':
      return event.line
    case 'restarting':
      return `${event.reason}; starting again in ${event.inMs} ms`
    case 'gave-up':
      return `gave up: ${event.reason}`
    case 'stopped':
      return 'stopped'
    case 'ready':
      return undefined
  }
}
