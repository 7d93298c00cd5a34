import {EssenceError} from '../../../kit/errors.ts'
import {namesOtherPlatform} from '../collect/travels.ts'
import type {LockedPackage, LockFile} from './lock-file.ts'
import type {Platform} from './platform.ts'

export interface PruneOptions {
  /** Production dependencies of the root package that stay. */
  rootDependencies: Record<string, string>
  /** Folders of the workspaces that stay. */
  workspaces: readonly string[]
  /** A package that is left out wherever it is asked for. */
  leavesOut: (name: string) => boolean
  platform: Platform
}

/** As npm reads `os`, `cpu` and `libc`: a list of what fits, or of `!` what does not. */
const fits = (wanted: string | readonly string[] | undefined, actual: string | undefined): boolean => {
  const list = [wanted ?? []].flat()
  if (list.length === 0) return true
  if (actual === undefined || list.includes(`!${actual}`)) return false
  return list.includes(actual) || list.includes('any') || list.every(each => each.startsWith('!'))
}

/** Where Node.js finds a package that is imported from `from`: the nearest `node_modules` upward. */
const resolveFrom = (packages: LockFile['packages'], from: string, name: string): string | undefined => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (!/(^|\/)node_modules$/.test(folder)) {
      const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
      if (packages[path]) return path
    }
    if (folder === '') return undefined
  }
}

const without = (
  ranges: Record<string, string> | undefined,
  stays: (name: string) => boolean,
): Record<string, string> => Object.fromEntries(Object.entries(ranges ?? {}).filter(([name]) => stays(name)))

/**
 * The part of a lock file that a release needs: what its production dependencies reach, on one platform. Versions and
 * digests are untouched; optional packages that do not travel are struck from those that name them, as `npm ci` refuses
 * a lock file that lacks one.
 * @throws BUILD_FAILED when the lock file lacks a package
 */
export const pruneLock = (lock: LockFile, options: PruneOptions): LockFile => {
  const {rootDependencies, workspaces, leavesOut, platform} = options
  const kept = new Map<string, LockedPackage>()
  const waiting: string[] = []
  const reach = (path: string): void => {
    if (kept.has(path)) return
    kept.set(path, {})
    waiting.push(path)
  }

  const travels = (from: string, name: string): boolean => {
    const path = resolveFrom(lock.packages, from, name)
    const found = path === undefined ? undefined : lock.packages[path]
    return (
      found !== undefined &&
      !leavesOut(name) &&
      // Some say of themselves that they fit every processor, and hold the binary of one.
      !namesOtherPlatform(name, platform.os, platform.arch) &&
      !(platform.libc === 'glibc' && /\bmusl/.test(name)) &&
      fits(found.os, platform.os) &&
      fits(found.cpu, platform.arch) &&
      fits(found.libc, platform.libc)
    )
  }

  const keep = (path: string, {devDependencies: _, dev: __, devOptional: ___, ...found}: LockedPackage): void => {
    const needed = without(found.dependencies, name => !leavesOut(name))
    const optional = without(found.optionalDependencies, name => travels(path, name))
    const peers = without(found.peerDependencies, name => !found.peerDependenciesMeta?.[name]?.optional)
    for (const name of Object.keys({...needed, ...optional, ...peers})) {
      const target = resolveFrom(lock.packages, path, name)
      if (target === undefined) {
        throw new EssenceError('BUILD_FAILED', `The lock file lacks ${name}, which ${path || 'the CLI'} needs.`, {
          suggestions: ['Bring the lock file up to date: npm install'],
        })
      }
      reach(target)
    }
    const pruned: LockedPackage = {...found, dependencies: needed, optionalDependencies: optional}
    if (Object.keys(needed).length === 0) delete pruned.dependencies
    if (Object.keys(optional).length === 0) delete pruned.optionalDependencies
    kept.set(path, pruned)
  }

  const {optionalDependencies: _, peerDependencies: __, ...root} = lock.packages[''] ?? {}
  keep('', {...root, dependencies: rootDependencies, ...(workspaces.length > 0 ? {workspaces: [...workspaces]} : {})})
  for (const folder of workspaces) reach(folder)
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const found = lock.packages[path]
    if (!found) throw new EssenceError('BUILD_FAILED', `The lock file lacks the workspace ${path}.`)
    if (found.link) {
      kept.set(path, found)
      if (found.resolved) reach(found.resolved)
    } else keep(path, found)
  }
  const packages = Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1)))
  return {...lock, packages}
}
