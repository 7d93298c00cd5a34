// Releases of small services, and the supervisor as a host runs it: one bundled file.
import {spawn} from 'node:child_process'
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import type {ServiceControl, SwitchRequest} from '@essence/core/release/host/control'
import type {HostEvent} from '@essence/core/release/host/events'
import {hostRoot, type ServiceLayout, serviceLayout} from '@essence/core/release/host/layout'
import {openSupervision, supervision} from '@essence/core/release/supervisor/supervision'
import type {SystemdScope} from '@essence/core/release/supervisor/systemd/systemd'
import {rolldown} from 'rolldown'
import {temporaryFolder} from '../../temporary-folder.ts'

const supervise = resolve(import.meta.dirname, '../../../src/release/supervisor/supervise.ts')

/** Everything of a test file. */
const base = temporaryFolder()

let bundled: Promise<string> | undefined

/** Bundles `node FILE supervise FOLDER`, once. */
export const bundleProgram = (): Promise<string> => {
  bundled ??= bundle(base)
  return bundled
}

const bundle = async (folder: string): Promise<string> => {
  const entry = join(folder, 'entry.ts')
  writeFileSync(
    entry,
    `import {supervise} from ${JSON.stringify(supervise)}
    await supervise(process.argv[3] ?? '', {logs: process.argv[4], restart: {backoffMs: 1, maxQuickEnds: 3}})`,
  )
  const build = await rolldown({input: entry, platform: 'node', logLevel: 'silent'})
  const program = join(folder, 'host-program.mjs')
  await build.write({file: program, format: 'esm', codeSplitting: false})
  await build.close()
  return program
}

const buildOf = (number: number): string => `20261126-000000-${String(number).padStart(8, '0')}`

export interface Fixture {
  layout: ServiceLayout
  /** Unpacks a further release, that behaves so; gives its build id. */
  release(behaviour?: string, handover?: 'beside' | 'instead'): string
  /** Writes the environment file. */
  environment(values: Record<string, string | number>): string
  /** Starts a supervisor; the service is started by `switchTo`. */
  supervisor(request?: Partial<SwitchRequest>, user?: string): Promise<ServiceControl>
  /** Asks for a build; keeps the events. */
  switchTo(
    control: ServiceControl,
    build: string,
    changes?: Partial<SwitchRequest>,
  ): ReturnType<ServiceControl['switchTo']>
  events: HostEvent[]
  /** The supervisor as systemd runs it, or a person: in the foreground. */
  foreground(errors?: 'pipe' | 'inherit'): ReturnType<typeof spawn>
}

/** `http`, `grpc`: services on the floor that ours stand on; else the faults of fixture-service.mjs. */
const commandOf = (behaviour: string): string =>
  ['http', 'grpc'].includes(behaviour)
    ? `"${process.execPath}" --conditions=essence-source "${join(import.meta.dirname, `${behaviour}-service.mjs`)}"`
    : `"${process.execPath}" "$here/service.mjs"`

const runScript = (behaviour: string) => `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
BEHAVIOUR=${behaviour}
export BEHAVIOUR
if [ -n "$ENV_SH" ]; then
  echo "Sourcing environment from: $ENV_SH"
  set -a; . "$ENV_SH"; set +a
fi
ESSENCE_BUILD=$(basename "$here")
export ESSENCE_BUILD
[ -z "$LISTEN_FDS" ] || { LISTEN_PID=$$; export LISTEN_PID; }
exec ${commandOf(behaviour)} "$SERVICE_NAME" "$@"
`

export const openFixture = (
  program: string,
  {root = temporaryFolder(base), systemd}: {root?: string; systemd?: SystemdScope} = {},
): Fixture => {
  const layout = serviceLayout(hostRoot(root), 'fixture')
  mkdirSync(layout.releases, {recursive: true})
  const envFile = join(root, 'env.sh')
  const events: HostEvent[] = []
  let releases = 0
  return {
    layout,
    events,
    release(behaviour = 'good', handover = 'beside') {
      const build = buildOf(++releases)
      const folder = join(layout.releases, build)
      mkdirSync(folder)
      writeFileSync(join(folder, 'run.sh'), runScript(behaviour), {mode: 0o755})
      copyFileSync(join(import.meta.dirname, 'fixture-service.mjs'), join(folder, 'service.mjs'))
      const manifest = {
        format: 1,
        service: 'fixture',
        version: '1.0.0',
        build,
        dirty: false,
        platform: {os: process.platform, arch: process.arch},
        gpu: 'cpu',
        command: ['fixture-service'],
        handover,
        ports: [
          behaviour === 'grpc' ? {host: 'STT_HOST', port: 'STT_PORT'} : {host: 'FIXTURE_HOST', port: 'FIXTURE_PORT'},
        ],
        node: {range: '>=22.19'},
        lockFile: {sha256: '0'.repeat(64)},
        files: [],
      }
      writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
      return build
    },
    environment(values) {
      writeFileSync(
        envFile,
        Object.entries(values)
          .map(([name, value]) => `${name}='${value}'\n`)
          .join(''),
      )
      return envFile
    },
    supervisor: (request = {}, user) =>
      (systemd ? openSupervision(systemd) : supervision).start(layout, {
        systemd: systemd !== undefined,
        user,
        program,
        request: {build: '', readyMs: 0, settleMs: 0, drainMs: 0, ...request},
      }),
    switchTo: (control, build, changes = {}) =>
      control.switchTo({build, readyMs: 10_000, settleMs: 20, drainMs: 5000, ...changes}, event => events.push(event)),
    foreground: (errors = 'inherit') =>
      spawn(process.execPath, [program, 'supervise', layout.folder], {stdio: ['ignore', 'inherit', errors]}),
  }
}

export const get = async (port: number, path = '/'): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text()

/** Lines of the service's structured log. */
export const logOf = ({log}: ServiceLayout): {level: string; msg: string}[] =>
  readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

/** True when no such process exists, or only waits to be noticed. */
export const isGone = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return true
  }
}

/** Asks until there is an answer. */
export const until = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
