// Releases of a small service as tarballs, and a host in a temporary folder, with the real supervisor.
import {spawn} from 'node:child_process'
import {EventEmitter, once} from 'node:events'
import {readFileSync} from 'node:fs'
import {readdir, writeFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {readReleaseManifest} from '@essence/core/release/artifact/read-manifest'
import type {DeployStep, HostEvent} from '@essence/core/release/host/events'
import {type Host, thisHost} from '@essence/core/release/host/host'
import {hostRoot, type ServiceLayout, serviceLayout} from '@essence/core/release/host/layout'
import {outlineOf, type ReleaseManifest} from '@essence/core/release/manifest'
import {hostHandlers} from '@essence/core/release/operations/handlers'
import type {
  DeployInput,
  DeployResult,
  HistoryEntry,
  HostOperation,
  HostOperations,
  PlanInput,
} from '@essence/core/release/operations/port'
import {supervision} from '@essence/core/release/supervisor/supervision'
import {rolldown} from 'rolldown'
import {onTestFinished} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {
  archive,
  manifestOf,
  type ReleaseFiles,
  releaseEntries,
  sha256Of,
  type Tarball,
  writeTarball,
} from '../tarball.ts'

const service = readFileSync(join(import.meta.dirname, '../supervisor/fixture-service.mjs'))

/** The host program, bundled from the sources. */
export const bundleHostProgram = async (folder = temporaryFolder()): Promise<string> => {
  const input = resolve(import.meta.dirname, '../../../src/release/operations/program.ts')
  const bundle = await rolldown({input, platform: 'node', logLevel: 'silent'})
  const program = join(folder, 'host-program.mjs')
  await bundle.write({file: program, format: 'esm', codeSplitting: false})
  await bundle.close()
  return program
}

const runScript = (behaviour: string): string => `#!/bin/sh
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
export BEHAVIOUR=${behaviour}
if [ -n "$ENV_SH" ]; then set -a; . "$ENV_SH"; set +a; fi
export ESSENCE_BUILD=$(basename "$here")
[ -z "$LISTEN_FDS" ] || export LISTEN_PID=$$
exec "${process.execPath}" "$here/service.mjs" "$SERVICE_NAME" "$@"
`

/** What the check of the commands asks of a release's CLI. */
const cli = `export const Config = {load: async () => ({
  commandIDs: ['config', 'echo-service'],
  findCommand: id => {
    if (id !== 'echo-service') throw new Error('command ' + id + ' not found')
    return {load: () => import('../../../service-module.mjs')}
  },
})}`

export interface ReleaseOptions {
  /** As fixture-service.mjs names them, or `unloadable`: its module has a fault. */
  behaviour?: string
  manifest?: Partial<ReleaseManifest>
  /** Files beside the usual ones. */
  more?: ReleaseFiles
}

/** Files of a release; the number makes its content, so its build, another. */
export const releaseFiles = (number: number, {behaviour = 'good', more = {}}: ReleaseOptions = {}): ReleaseFiles => ({
  ...more,
  'node_modules/@oclif/core/index.js': {content: cli},
  'node_modules/@oclif/core/package.json': {content: '{"type": "module", "exports": "./index.js"}'},
  'number.txt': {content: String(number)},
  'run.sh': {content: runScript(behaviour), mode: 0o755},
  'service-module.mjs': {content: behaviour === 'unloadable' ? "import 'not-installed'" : ''},
  'service.mjs': {content: service},
})

export interface HostFixture {
  folder: string
  layout: ServiceLayout
  host: Host
  events: HostEvent[]
  /** Makes a tarball; its build id is by the number, later numbers being later. */
  tarball(number: number, options?: ReleaseOptions): Promise<Tarball & {build: string}>
  deploy(tarball: Tarball, other?: Partial<DeployInput>, signal?: AbortSignal): Promise<DeployResult>
  plan(tarball: Tarball, other?: Partial<PlanInput>): Promise<DeployResult>
  perform<Name extends HostOperation>(
    name: Name,
    input: HostOperations[Name]['input'],
    signal?: AbortSignal,
  ): Promise<HostOperations[Name]['output']>
  envFile(values: Record<string, string | number>): Promise<string>
  history(): Promise<HistoryEntry[]>
  /** Names in `releases`, also hidden ones. */
  folders(): Promise<string[]>
  /** The last state of each step. */
  steps(): Partial<Record<DeployStep, string>>
  /** Resolves with the next event. */
  next(): Promise<void>
  /** Ends what runs there, and removes it. */
  close(): Promise<void>
}

export const times = {readyMs: 10_000, settleMs: 20, drainMs: 5000}

export const inputOf = (tarball: Tarball, other: Partial<DeployInput> = {}): DeployInput => ({
  ...{service: 'echo', tarball: tarball.path, sha256: tarball.sha256, ...times},
  ...{keep: 3, systemd: false, lockWaitMs: 0},
  ...other,
})

/** A host whose services end with the test. */
export const openHost = (program: string, root?: string): HostFixture => {
  const host = makeHost(program, root)
  onTestFinished(host.close)
  return host
}

/** A host for several tests. */
export const makeHost = (program: string, root = temporaryFolder()): HostFixture => {
  const folder = temporaryFolder()
  const layout = serviceLayout(hostRoot(root), 'echo')
  const host = thisHost({root: hostRoot(root), supervision, program})
  const handlers = hostHandlers(host)
  const events: HostEvent[] = []
  const told = new EventEmitter()
  const onEvent = (event: HostEvent): void => {
    events.push(event)
    told.emit('event')
  }
  const perform: HostFixture['perform'] = (name, input, signal = new AbortController().signal) =>
    handlers[name](input, {onEvent, signal})
  return {
    ...{folder, layout, host, events, perform},
    next: async () => void (await once(told, 'event')),
    close: async () => {
      // What was never deployed need not be stopped.
      await perform('stop', {service: 'echo', drainMs: 1000}).catch(() => {})
    },
    tarball: async (number, options = {}) => {
      const files = releaseFiles(number, options)
      const hash = sha256Of(`${number}${options.behaviour}`).slice(0, 8)
      const build = `20260101-${String(number).padStart(6, '0')}-${hash}`
      const manifest = manifestOf(files, {build, ...options.manifest})
      const tarball = await writeTarball(folder, archive(releaseEntries(files, manifest)), `june-echo-${build}.tar.gz`)
      return {...tarball, build: manifest.build}
    },
    deploy: (tarball, other, signal) => perform('deploy', inputOf(tarball, other), signal),
    plan: async ({path, sha256}, other) => {
      const {manifest} = await readReleaseManifest(path)
      return perform('plan', {service: 'echo', sha256, keep: 3, ...times, release: outlineOf(manifest), ...other})
    },
    envFile: async values => {
      const path = join(folder, 'env.sh')
      await writeFile(
        path,
        Object.entries(values)
          .map(([name, value]) => `${name}='${value}'\n`)
          .join(''),
      )
      return path
    },
    history: () => perform('history', {service: 'echo', last: 100}),
    folders: async () => (await readdir(layout.releases).catch(() => [])).sort(),
    steps: () =>
      Object.fromEntries(events.flatMap(event => (event.type === 'step' ? [[event.step, event.state]] : []))),
  }
}

/** Runs the host program as SSH does: gives its process and the lines it wrote. */
export const runProgram = (
  program: string,
  operation: string,
  root: string,
  input: unknown,
  user: {uid?: number; gid?: number} = {},
) => {
  const child = spawn(process.execPath, [program, operation], {stdio: ['pipe', 'pipe', 'inherit'], ...user})
  const lines: Record<string, unknown>[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const parts = (rest + part).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts.map(line => JSON.parse(line)))
    child.emit('line')
  })
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify({root, input})}\n`)
  const ended = once(child, 'close')
  return {
    child,
    lines,
    ended,
    /** Resolves when a step is so, or when it ended. */
    until: async (step: DeployStep, state: string): Promise<void> => {
      const seen = (): boolean =>
        lines.some(
          ({event}) =>
            (event as HostEvent | undefined)?.type === 'step' &&
            JSON.stringify(event).includes(`"step":"${step}","state":"${state}"`),
        )
      while (!seen() && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child, 'line'), ended])
      }
    },
  }
}
