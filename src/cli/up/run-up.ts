import {join} from 'node:path'
import type {Settings} from '../../config/schema.ts'
import {messageOf} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {LogFile} from '../../release/supervisor/logs/log-file.ts'
import {Health} from '../../service/health.ts'
import {serveHealth} from '../../service/health-socket.ts'
import type {SupervisorEvent} from '../../service/supervisor.ts'
import {type Outcome, runAll} from '../../service/up.ts'
import {openUpRecord} from '../../service/up-record.ts'
import {eventText, logView, newsFilter} from './log-view.ts'
import {type PlannedService, shareAddresses} from './plan-services.ts'
import {checkStart} from './preflight.ts'

export interface UpRun {
  services: PlannedService[]
  settings: Settings
  version: string
  /** Where `note` writes. */
  stream: NodeJS.WriteStream
  note: (line: string) => void
  /** Warnings that were shown already. */
  warned: readonly string[]
  warn: (message: string) => void
  /** Every service is ready or given up, for the first time. @param log the file with all details, where there is one */
  onStarted: (outcomes: Outcome[], log: string | undefined) => void
}

/**
 * Runs the services and tells what happens to them, until a signal or the loss of a supervisor.
 * @throws LOCKED, PORT_IN_USE, CONFIG_INVALID before anything is started; UNHEALTHY
 */
export const runUp = async (run: UpRun): Promise<void> => {
  const {services, settings, version, stream, note, warn, onStarted} = run
  await checkStart(services, settings)
  const {DRAIN_TIMEOUT_SECONDS, JUNE_DATA_DIR} = settings
  const record = await openUpRecord(JUNE_DATA_DIR).catch(error => {
    warn(
      `${JUNE_DATA_DIR} cannot be written (${messageOf(error)}): there is no log file, and essence doctor will not find this June.`,
    )
  })
  const health = new Health('june', version)
  let out: Output | undefined
  let healthServer: Awaited<ReturnType<typeof serveHealth>>
  // Where this is a deployed service itself: the loss of its supervisor stops it as a signal does.
  if (process.connected) process.once('disconnect', () => process.emit('SIGTERM'))
  try {
    out = await output(run, record !== undefined)
    healthServer = await serveHealth(health)
    const {show, path} = out
    await runAll({
      services,
      health,
      killAfterMs: DRAIN_TIMEOUT_SECONDS * 1000 + 5000,
      onEvent: event => {
        if (event.type === 'listening') void record?.listens(event.name, event)
        const text = show(event)
        if (text !== undefined) note(text)
      },
      onDrain: () =>
        note(
          `${stream.isTTY ? '\n' : ''}Stopping: what runs may finish, within ${DRAIN_TIMEOUT_SECONDS} s; a second Ctrl-C does not wait.`,
        ),
      onFirst: urls => shareAddresses(services, urls),
      onStarted: outcomes => onStarted(outcomes, path),
    })
  } finally {
    out?.close()
    await record?.close()
    healthServer?.close()
    // An open IPC channel would keep the process alive.
    if (process.connected) process.disconnect()
  }
}

interface Output {
  /** What is shown of an event. */
  show: (event: SupervisorEvent) => string | undefined
  /** The file of everything the services wrote. */
  path?: string
  close: () => void
}

/** For people, with the details in a file; elsewhere, and where LOG_FORMAT says so, the log itself, as the services write it. */
const output = async ({services, settings, stream, warned}: UpRun, isWritable: boolean): Promise<Output> => {
  const {LOG_FORMAT, LOG_LEVEL, LOG_FILE_MB, LOG_FILES, JUNE_DATA_DIR} = settings
  const names = services.map(({name}) => name)
  const isNews = newsFilter(warned)
  if (LOG_FORMAT === 'json' || (LOG_FORMAT === 'auto' && !stream.isTTY)) {
    return {show: event => (isNews(event) ? plainText(event, names) : undefined), close: () => {}}
  }
  const view = logView({names, detailed: LOG_LEVEL === 'DEBUG', stream})
  const show: Output['show'] = event => (isNews(event) ? view(event) : undefined)
  if (!isWritable) return {show, close: () => {}}
  const folder = join(JUNE_DATA_DIR, 'logs')
  await makeFolder(folder)
  const file = new LogFile(join(folder, 'up.log'), {maxBytes: LOG_FILE_MB * 1024 ** 2, files: LOG_FILES})
  return {
    show(event) {
      if (event.type === 'line') file.write(event.line)
      return show(event)
    },
    path: file.path,
    close: () => file.close(),
  }
}

/** A line of a structured log as it is, which names its service; all else with the name before it. */
const plainText = (event: SupervisorEvent, names: readonly string[]): string => {
  if (event.type === 'line' && event.line.startsWith('{')) return event.line
  const text = event.type === 'line' ? event.line : eventText(event).text
  return `${event.name.padEnd(Math.max(...names.map(name => name.length)))} │ ${text}`
}
