import {padColumns} from '../../kit/display-width.ts'
import type {HistoryEntry, ServiceStatus} from '../../release/operations/port.ts'

/** Columns, each as wide as its widest cell. */
const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row =>
    row
      .map((cell, column) => padColumns(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `3 d`, `5 h`, `12 min`, `40 s`. */
export const readableAge = (ms: number): string => {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const
  const [unit, size] = units.find(([, each]) => ms >= each) ?? ['s', 1000]
  return `${Math.floor(Math.max(0, ms) / size)} ${unit}`
}

export type HostStatus = ServiceStatus & {host: string}

const stateOf = ({running}: ServiceStatus): string => {
  if (!running) return 'stopped'
  return running.lastEnd && running.state !== 'ready' ? `${running.state}: it ${running.lastEnd}` : running.state
}

/** What `essence ps` prints. */
export const statusLines = (all: readonly HostStatus[], now = Date.now()): string[] => {
  if (all.length === 0) return ['Nothing is deployed here.']
  const several = new Set(all.map(({host}) => host)).size > 1
  const rows = all.map(status => {
    const {running} = status
    return [
      ...(several ? [status.host] : []),
      status.service,
      status.current ?? '-',
      running?.pid === undefined ? '-' : String(running.pid),
      running?.startedAt === undefined ? '-' : readableAge(now - running.startedAt),
      running ? String(running.restarts) : '-',
      stateOf(status),
    ]
  })
  return table([[...(several ? ['HOST'] : []), 'SERVICE', 'BUILD', 'PID', 'UP', 'RESTARTS', 'STATE'], ...rows])
}

/** The releases of a service, newest first. */
export const releaseLines = ({releases}: ServiceStatus): string[] =>
  releases.map(({build, state, current, previous, deployedAt}) =>
    [
      `  ${build}  ${state.padEnd(8)}`,
      deployedAt === undefined ? '' : `  deployed ${deployedAt}`,
      current ? '  current' : previous ? '  previous' : '',
    ].join(''),
  )

/** What `essence history` prints, oldest first. */
export const historyLines = (entries: readonly HistoryEntry[]): string[] =>
  entries.length === 0
    ? ['Nothing was done here yet.']
    : table(
        entries.map(({at, action, build = '', ok, error, by, ms}) => [
          at.replace(/\.\d+Z$/, 'Z'),
          action,
          build,
          ok ? `done in ${(ms / 1000).toFixed(1)} s` : 'failed',
          ok ? by : `${by}  ${error ?? ''}`,
        ]),
      )
