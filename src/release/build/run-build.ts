import {join} from 'node:path'
import * as z from 'zod'
import {withCancel} from '../../kit/cancel.ts'
import {EssenceError} from '../../kit/errors.ts'
import {readJson} from '../../kit/write-json.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {buildRelease, tarballPath} from './build.ts'
import {chooseTarget, type Engine, findServicePlugins} from './services.ts'
import {readSources} from './sources.ts'

export interface BuildRequest {
  checkout: string
  service: string
  /** Folders of plugins that are linked. */
  linked: readonly string[]
  /** Instead of what the service's plugin says. */
  engines?: readonly Engine[] | undefined
  gpu: ReleaseManifest['gpu']
  /** Progress for people. */
  note: (line: string) => void
}

const checkoutPackage = z.object({
  version: z.string(),
  engines: z.object({node: z.string()}),
  workspaces: z.array(z.string()),
})

/** `essence build`: find the service, build, tell. */
export const runBuild = async (request: BuildRequest) => {
  const {checkout, gpu, note} = request
  const about = await readJson(join(checkout, 'package.json'), checkoutPackage)
  if (!about) {
    throw new EssenceError(
      'BUILD_FAILED',
      `${checkout} is no checkout of Essence: a release is built from the sources.`,
      {
        suggestions: ['Clone Essence and run ./bin/essence build there.'],
      },
    )
  }
  const target = chooseTarget(request.service, await findServicePlugins(checkout, request.linked))
  const sources = await readSources(checkout)
  const destination = await tarballPath(join(checkout, 'build'), target.service)
  const started = performance.now()
  const built = await withCancel(signal =>
    buildRelease({
      checkout,
      target,
      engines: request.engines ?? target.engines,
      gpu,
      sources,
      version: about.version,
      nodeRange: about.engines.node,
      destination,
      signal,
      onStep: step => note(step),
    }),
  )
  const {manifest, path, sha256, size} = built
  return {
    service: target.service,
    build: manifest.build,
    path,
    sha256,
    size,
    files: manifest.files.length,
    dirty: manifest.dirty,
    ms: Math.round(performance.now() - started),
  }
}
