import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import * as z from 'zod'
import {defined} from '../../../kit/defined.ts'
import {EssenceError} from '../../../kit/errors.ts'
import {readJson} from '../../../kit/files/json.ts'
import {runProgram} from '../../../kit/process/run-program.ts'
import type {SwitchRequest} from '../../host/control.ts'
import type {ServiceLayout} from '../../host/layout.ts'
import {type ReleaseManifest, releaseManifestSchema} from '../../manifest.ts'
import type {LogFileOptions} from '../logs/log-file.ts'
import type {PortWish} from '../ports/held-ports.ts'
import {serviceEnvironment} from './service-environment.ts'

/** Everything that is needed to run a release, known to be there. */
export interface ReleasePlan {
  request: SwitchRequest
  /** What `request.envFile` held: with it this release can come back, whatever becomes of the file. */
  environment: Buffer | undefined
  folder: string
  manifest: ReleaseManifest
  ports: PortWish[]
  logs: LogFileOptions
  handover: 'beside' | 'instead'
}

/** ms that the release may take to tell its settings. */
const configMs = 60_000

/**
 * Looks at a release before anything is started or stopped for it.
 * @throws RELEASE_UNKNOWN, CONFIG_INVALID
 */
export const planRelease = async (layout: ServiceLayout, request: SwitchRequest): Promise<ReleasePlan> => {
  const folder = join(layout.releases, request.build)
  const manifest = await readJson(join(folder, 'manifest.json'), releaseManifestSchema)
  if (!manifest) {
    throw new EssenceError('RELEASE_UNKNOWN', `${layout.service} has no release ${request.build} on this machine.`, {
      suggestions: [`See those it has: essence ps ${layout.service}`],
    })
  }
  const environment = request.envFile === undefined ? undefined : await readEnvironment(request.envFile)
  const settings = await releaseSettings(folder, request.envFile)
  return {
    request,
    environment,
    folder,
    manifest,
    ports: portsOf(manifest, settings),
    logs: logLimitsOf(settings),
    handover: request.handover ?? manifest.handover,
  }
}

const readEnvironment = (envFile: string): Promise<Buffer> =>
  readFile(envFile).catch(cause => {
    throw new EssenceError('CONFIG_INVALID', `The environment file ${envFile} cannot be read.`, {
      suggestions: ['Put it there, or name another: --env-sh FILE'],
      cause,
    })
  })

/** Of what `essence config --json` prints. */
const configSchema = z.object({
  ok: z.boolean(),
  error: z.object({message: z.string(), suggestions: z.array(z.string()).default([])}).optional(),
  data: z
    .object({
      settings: z.array(z.object({name: z.string(), value: z.union([z.string(), z.number(), z.null()]).catch(null)})),
    })
    .nullable(),
})

type Settings = ReadonlyMap<string, string | number | null>

const portsOf = ({ports}: ReleaseManifest, settings: Settings): PortWish[] => {
  const settingOf = (name: string): string => String(settings.get(name) ?? '')
  return ports
    .map(({host, port}) => ({name: port, host: settingOf(host), port: Number(settingOf(port))}))
    .filter(({host, port}) => host !== '' && Number.isInteger(port) && port > 0)
}

/** A release that does not know these settings has the usual limits. */
const logLimitsOf = (settings: Settings): LogFileOptions => {
  const numberOf = (name: string): number | undefined => Number(settings.get(name)) || undefined
  const megabytes = numberOf('LOG_FILE_MB')
  return {maxBytes: megabytes === undefined ? undefined : megabytes * 1024 ** 2, files: numberOf('LOG_FILES')}
}

/**
 * The settings of a service by their variables. The release itself knows what they mean, with its defaults and the
 * service's environment file.
 * @param home of the user that the service runs as. Default: that of this process
 * @throws RELEASE_INVALID, CONFIG_INVALID
 */
export const releaseSettings = async (
  folder: string,
  envFile: string | undefined,
  home?: string,
): Promise<Settings> => {
  const env = {...serviceEnvironment({name: 'config', envFile}), ...defined({HOME: home})}
  const {stdout, stderr, failure} = await runProgram(join(folder, 'run.sh'), ['--json'], {env, timeoutMs: configMs})
  const parsed = configSchema.safeParse(parseJson(stdout))
  if (!parsed.success) {
    const why = stderr.trim().split('\n').at(-1) || `it ${failure ?? 'printed none'}`
    throw new EssenceError('RELEASE_INVALID', `The release in ${folder} does not tell its settings: ${why}`, {
      suggestions: [`See for yourself: SERVICE_NAME=config ${folder}/run.sh --json`],
    })
  }
  const {ok, error, data} = parsed.data
  if (!ok || !data) {
    throw new EssenceError('CONFIG_INVALID', error?.message ?? 'The settings of the service are not valid.', {
      suggestions: error?.suggestions ?? [],
    })
  }
  return new Map(data.settings.map(({name, value}) => [name, value]))
}

/** `run.sh` says on standard output which environment it reads, before the document. */
const parseJson = (output: string): unknown => {
  const start = /^\{/m.exec(output)?.index
  try {
    return start === undefined ? undefined : JSON.parse(output.slice(start))
  } catch {
    return undefined
  }
}
