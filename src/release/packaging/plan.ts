import {existsSync} from 'node:fs'
import {basename, join} from 'node:path'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {readJson} from '../../kit/files/json.ts'
import type {Engine} from '../engine-names.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {type BuildTarget, chooseTarget, findServicePlugins} from './services.ts'
import {readSources, type Sources} from './sources.ts'

export interface PlanRequest {
  /** Folder of the sources. */
  checkout: string
  service: string
  /** Folders of plugins that are linked, or named. */
  linked: readonly string[]
  /** `all`, `none`, or some, by commas; default: as the service's plugin says. */
  engines?: string | undefined
  gpu: ReleaseManifest['gpu']
  /** Refuse sources that differ from their commit. */
  requireClean: boolean
  /** Folder for the tarball. Default `build` in the checkout. */
  output?: string | undefined
}

/** What would be built. */
export interface BuildPlan {
  target: BuildTarget
  engines: Engine[]
  gpu: ReleaseManifest['gpu']
  sources: Sources
  version: string
  /** Of Node.js: `>=22.19`. */
  nodeRange: string
  destination: string
}

const allEngines: Engine[] = ['stt', 'tts', 'llm']

const readEngines = (text: string): Engine[] => {
  if (text === 'all') return allEngines
  if (text === 'none') return []
  const names = text.split(',').map(name => name.trim())
  const unknown = names.find(name => !allEngines.some(engine => engine === name))
  if (unknown === undefined) return allEngines.filter(engine => names.includes(engine))
  throw new EssenceError('USAGE', `--engines ${text}: there is no engine "${unknown}".`, {
    suggestions: ['all, none, or some of: stt,tts,llm'],
  })
}

/** What a service keeps itself is not for `--engines` to decide. */
const isStore = (engine: Engine): boolean => engine === 'store'

const checkoutPackage = z.object({
  name: z.literal('essence'),
  version: z.string(),
  engines: z.object({node: z.string()}),
})

const refuseChanged = ({commit, changed, unanswered}: Sources): void => {
  if (unanswered) throw unanswered
  if (commit === undefined) {
    throw new EssenceError('BUILD_FAILED', 'The sources have no commit, so nothing tells whether they are clean.', {
      suggestions: ['Build in a clone with a commit.', 'Or build it as it is, without --require-clean.'],
    })
  }
  if (changed.length === 0) return
  const more = changed.length > 5 ? ` and ${changed.length - 5} more` : ''
  throw new EssenceError(
    'BUILD_FAILED',
    `The sources differ from their commit: ${changed.slice(0, 5).join(', ')}${more}.`,
    {
      suggestions: ['Commit or take back what changed.', 'Or build it as it is, without --require-clean.'],
    },
  )
}

/** `june-telegram-20261126T141548Z.tar.gz`: of a second in which none was made yet. */
const tarballPath = (folder: string, service: string): string => {
  for (let at = Date.now(); ; at += 1000) {
    const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
    const path = join(folder, `june-${service}-${time}.tar.gz`)
    if (!existsSync(path)) return path
  }
}

/** @throws USAGE, BUILD_FAILED */
export const planBuild = async (request: PlanRequest): Promise<BuildPlan> => {
  const {checkout, service, linked, gpu, requireClean, output = join(checkout, 'build')} = request
  const about = await readJson(join(checkout, 'package.json'), checkoutPackage)
  if (!about || !existsSync(join(checkout, 'bin/setup.sh'))) {
    throw new EssenceError(
      'BUILD_FAILED',
      `${checkout} holds no sources of Essence, and a release is built from these.`,
      {
        suggestions: ['Clone Essence, and build there: ./bin/essence build SERVICE'],
      },
    )
  }
  const target = chooseTarget(service, await findServicePlugins(checkout, linked))
  const sources = await readSources(checkout)
  if (requireClean) refuseChanged(sources)
  return {
    target,
    engines:
      request.engines === undefined
        ? target.engines
        : [...readEngines(request.engines), ...target.engines.filter(isStore)],
    gpu,
    sources,
    version: about.version,
    nodeRange: about.engines.node,
    destination: tarballPath(output, target.service),
  }
}

/** For people. */
export const planLines = (plan: BuildPlan, options: {withNode: boolean; sign: boolean; twice: boolean}): string[] => {
  const {target, engines, gpu, sources, nodeRange, destination} = plan
  const commit = sources.commit ? `commit ${sources.commit.slice(0, 12)}` : 'no commit'
  return [
    `${target.service}: ${target.plugins.map(({name}) => name).join(', ')}; runs essence ${target.command.join(' ')}`,
    `sources: ${commit}${sources.dirty ? ', changed since' : ''}, of ${sources.date.toISOString()}`,
    `for ${process.platform}/${process.arch}, engines: ${engines.join(', ') || 'none'}${engines.length > 0 ? ` (${gpu})` : ''}`,
    options.withNode ? 'Node.js travels in it' : `the host needs Node.js ${nodeRange}`,
    `handover: the new one starts ${target.handover} the old one`,
    ...(options.twice ? ['built twice, in different folders, and compared'] : []),
    `makes ${basename(destination)} with .sha256, .cdx.json${options.sign ? ', .sig' : ''} in ${join(destination, '..')}`,
  ]
}
