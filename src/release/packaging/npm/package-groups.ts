// Knows no package: setup runs it before anything is installed.
import type {Engine} from '../../engine-names.ts'

export type GpuKind = 'cuda' | 'vulkan'

/** `essence` of src/package.json: which packages are there for what. A `*` stands for any part of a name. */
export interface PackageGroups {
  /** Packages that an engine needs, and nothing else. */
  enginePackages: Record<Engine, string[]>
  /** Builds for one kind of GPU. */
  gpuPackages: Record<GpuKind, string[]>
  /** Optional dependencies of dependencies that none of our code reaches. */
  unusedPackages: string[]
  /** Development dependencies that a checkout builds itself and its releases with, and draws its reports with. */
  buildPackages: string[]
}

const matches = (name: string, patterns: readonly string[]): boolean =>
  patterns.some(pattern => {
    const [start = '', ...rest] = pattern.split('*')
    const end = rest.at(-1)
    if (end === undefined) return name === pattern
    return name.startsWith(start) && name.endsWith(end) && name.length >= start.length + end.length
  })

/** Which packages are done without: those of other engines and of other GPUs than named, and those nothing reaches. */
export const leavesOutPackages = (
  {enginePackages, gpuPackages, unusedPackages}: PackageGroups,
  engines: readonly Engine[],
  gpus: readonly GpuKind[],
): ((name: string) => boolean) => {
  const carried = engines.flatMap(engine => enginePackages[engine])
  const gpuKinds = Object.keys(gpuPackages) as GpuKind[]
  const patterns = [
    ...Object.values(enginePackages).flat(),
    ...gpuKinds.filter(kind => !gpus.includes(kind)).flatMap(kind => gpuPackages[kind]),
    ...unusedPackages,
  ]
  return name => matches(name, patterns) && !carried.includes(name)
}
