// Knows no package: setup runs it before anything is installed.
import {engineNames} from '../../engine-names.ts'
import type {LockedPackage, LockFile} from './lock-file.ts'
import {type GpuKind, leavesOutPackages, type PackageGroups} from './package-groups.ts'
import type {Platform} from './platform.ts'
import {pruneLock} from './prune-lock.ts'

/** `user`: what runs June, builds the checkout, makes releases and reports; `developer`: what tests, checks and benchmarks need besides. */
export type Profile = 'user' | 'developer'

export interface InstallOptions {
  lock: LockFile
  groups: PackageGroups
  profile: Profile
  /** Kinds of GPU whose builds of the engines come along. */
  gpus: readonly GpuKind[]
  platform: Platform
}

interface InstallPlan {
  lock: LockFile
  /** Folders of the workspaces, and '' for the checkout: the package file npm is to see there. */
  packageFiles: Record<string, LockedPackage>
}

/**
 * What a checkout is installed from: the part of its lock file that a profile needs. Development dependencies that come
 * along are dependencies there.
 * @throws BUILD_FAILED when the lock file lacks a package
 */
export const planInstall = ({lock, groups, profile, gpus, platform}: InstallOptions): InstallPlan => {
  const comesAlong = (name: string): boolean => profile === 'developer' || groups.buildPackages.includes(name)
  const workspaces = Object.keys(lock.packages).filter(path => path !== '' && !/(^|\/)node_modules\//.test(path))
  const packages = {...lock.packages}
  for (const folder of ['', ...workspaces]) {
    const {devDependencies, ...rest}: LockedPackage = packages[folder] ?? {}
    const development = Object.entries(devDependencies ?? {}).filter(([name]) => comesAlong(name))
    packages[folder] = {...rest, dependencies: {...rest.dependencies, ...Object.fromEntries(development)}}
  }
  const pruned = pruneLock(
    {...lock, packages},
    {
      rootDependencies: packages['']?.dependencies ?? {},
      workspaces,
      leavesOut: leavesOutPackages(groups, engineNames, gpus),
      platform,
    },
  )
  const packageFiles = ['', ...workspaces].map(folder => [folder, pruned.packages[folder] ?? {}])
  return {lock: pruned, packageFiles: Object.fromEntries(packageFiles)}
}
