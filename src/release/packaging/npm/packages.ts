import {join} from 'node:path'
import * as z from 'zod'
import {EssenceError} from '../../../kit/errors.ts'
import {readJson} from '../../../kit/files/json.ts'
import type {ReleaseManifest} from '../../manifest.ts'
import type {Engine} from '../services.ts'

const names = z.array(z.string())

/** `essence` of src/package.json: which packages are there for what. A `*` stands for any part of a name. */
const packageGroups = z.object({
  essence: z.object({
    /** Packages that an engine needs, and nothing else. */
    enginePackages: z.record(z.enum(['stt', 'tts', 'llm']), names),
    /** Builds for one kind of GPU. */
    gpuPackages: z.record(z.enum(['cuda', 'vulkan']), names),
    /** Optional dependencies of dependencies that none of our code reaches. */
    unusedPackages: names,
  }),
})

const matches = (name: string, patterns: readonly string[]): boolean =>
  patterns.some(pattern => {
    const [start = '', ...rest] = pattern.split('*')
    const end = rest.at(-1)
    if (end === undefined) return name === pattern
    return name.startsWith(start) && name.endsWith(end) && name.length >= start.length + end.length
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
  const found = await readJson(path, packageGroups)
  if (!found) throw new EssenceError('BUILD_FAILED', `${path} does not say which packages the engines need.`)
  const {enginePackages, gpuPackages, unusedPackages} = found.essence
  const carried = engines.flatMap(engine => enginePackages[engine])
  const patterns = [
    ...Object.values(enginePackages).flat(),
    ...Object.entries(gpuPackages).flatMap(([kind, packages]) => (kind === gpu ? [] : packages)),
    ...unusedPackages,
  ]
  return name => matches(name, patterns) && !carried.includes(name)
}
