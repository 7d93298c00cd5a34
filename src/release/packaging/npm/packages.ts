import {join} from 'node:path'
import * as z from 'zod'
import {EssenceError} from '../../../kit/errors.ts'
import {readJson} from '../../../kit/files/json.ts'
import {type Engine, engineNames} from '../../engine-names.ts'
import type {ReleaseManifest} from '../../manifest.ts'
import {leavesOutPackages, type PackageGroups} from './package-groups.ts'

const names = z.array(z.string())

const corePackage = z.object({
  essence: z.object({
    enginePackages: z.record(z.enum(engineNames), names),
    gpuPackages: z.record(z.enum(['cuda', 'vulkan']), names),
    unusedPackages: names,
    buildPackages: names,
  }) satisfies z.ZodType<PackageGroups>,
})

/**
 * Which packages a release does without: those of engines it does not carry and of other GPUs.
 * @throws BUILD_FAILED
 */
export const packagesLeftOut = async (
  checkout: string,
  engines: readonly Engine[],
  gpu: ReleaseManifest['gpu'],
): Promise<(name: string) => boolean> => {
  const path = join(checkout, 'src/package.json')
  const found = await readJson(path, corePackage)
  if (!found) throw new EssenceError('BUILD_FAILED', `${path} does not say which packages the engines need.`)
  return leavesOutPackages(found.essence, engines, gpu === 'cpu' ? [] : [gpu])
}
