import {join} from 'node:path'
import type {Settings} from '../../config/schema.ts'
import {openUpRecord} from '../../engines/remote/up-record.ts'
import {messageOf} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import type {ProfileName} from '../../models/catalogue/entry.ts'
import type {HubAccess} from '../../models/hub/hub-request.ts'
import {LogFile} from '../../release/supervisor/logs/log-file.ts'
import {Health} from '../../service/health.ts'
import {serveHealth} from '../../service/health-socket.ts'
import {type PlannedService, shareAddresses} from '../../service/plan-services.ts'
import type {SupervisorEvent} from '../../service/supervisor.ts'
import {type Outcome, runAll} from '../../service/up.ts'
import {statusLine} from '../status-line.ts'
import {eventText, logView, newsFilter} from './log-view.ts'
import {openExchange, type Reopened} from './models/exchange.ts'
import {runModels} from './models/run-models.ts'
import {checkStart} from './preflight.ts'

export interface UpRun {
  services: PlannedService[]
  settings: Settings
  version: string
  /** Where `note` writes. */
  stream: NodeJS.WriteStream
  note: (line: string) => void
  /** Progress may be drawn on `stream`. */
  draws: boolean
  /** Decides which models are to come while June runs; asks a person where it has to. */
  decide: () => Promise<ProfileName | undefined>
  hub: HubAccess | undefined
  /** Warnings that were shown already. */
  warned: readonly string[]
  warn: (message: string) => void
  /** Every service is ready or given up, for the first time. @param log the file with all details, where there is one */
  onStarted: (outcomes: Outcome[], log: string | undefined, coming: ProfileName | undefined) => void
  /** June runs on the models that came. */
  onChanged: (reopened: Reopened) => void
}

/**
 * Runs the services and tells what happens to them, until a signal or the loss of a supervisor.
 * @throws LOCKED, PORT_IN_USE, CONFIG_INVALID, and what `decide` throws, before anything is started; UNHEALTHY
 */
export const runUp = async (run: UpRun): Promise<void> => {
  const {services, settings, version, stream, warn, hub, onStarted, onChanged} = run
  await checkStart(services, settings)
  const profile = await run.decide()
  const {DRAIN_TIMEOUT_SECONDS, JUNE_DATA_DIR} = settings
  const record = await openUpRecord(JUNE_DATA_DIR).catch(error => {
    warn(
      `${JUNE_DATA_DIR} cannot be written (${messageOf(error)}): there is no log file, and essence doctor will not find this June.`,
    )
  })
  const health = new Health('june', version)
  const status = run.draws ? statusLine(stream) : undefined
  const note = (line: string): void => {
    status?.clear()
    run.note(line)
  }
  const exchange = openExchange()
  const stop = new AbortController()
  let models: Promise<void> | undefined
  let out: Output | undefined
  let healthServer: Awaited<ReturnType<typeof serveHealth>>
  // Where this is a deployed service itself: the loss of its supervisor stops it as a signal does.
  if (process.connected) process.once('disconnect', () => process.emit('SIGTERM'))
  try {
    out = await output(run, {isWritable: record !== undefined, others: profile ? ['models'] : []})
    healthServer = await serveHealth(health)
    const {show, path} = out
    const tell = (event: SupervisorEvent): void => {
      const text = show(event)
      if (text !== undefined) note(text)
    }
    /** Once June is up: what came earlier would be opened by a service that loads, in place of the demonstration that is safe. */
    const startModels = (): void => {
      if (!profile || stop.signal.aborted) return
      models = runModels({
        ...{profile, settings, hub, services, exchange, status, onChanged, signal: stop.signal},
        tell: (text, level) =>
          tell(level ? {type: level, name: 'models', text} : {type: 'line', name: 'models', line: text}),
      })
    }
    if (profile) exchange.show({state: 'downloading', profile, received: 0, size: 0})
    await runAll({
      services,
      health,
      killAfterMs: DRAIN_TIMEOUT_SECONDS * 1000 + 5000,
      onEvent: event => {
        if (event.type === 'listening') void record?.listens(event.name, event)
        exchange.onEvent(event)
        tell(event)
      },
      onDrain: () => {
        stop.abort()
        note(
          `${stream.isTTY ? '\n' : ''}Stopping: what runs may finish, within ${DRAIN_TIMEOUT_SECONDS} s; a second Ctrl-C does not wait.`,
        )
      },
      onFirst: urls => shareAddresses(services, urls),
      onStarted: outcomes => {
        onStarted(outcomes, path, profile)
        startModels()
      },
    })
  } finally {
    stop.abort()
    await models
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
const output = async (
  {services, settings, stream, warned}: UpRun,
  {isWritable, others}: {isWritable: boolean; others: readonly string[]},
): Promise<Output> => {
  const {LOG_FORMAT, LOG_LEVEL, LOG_FILE_MB, LOG_FILES, JUNE_DATA_DIR} = settings
  const names = [...services.map(({name}) => name), ...others]
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
