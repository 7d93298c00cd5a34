import {chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../../kit/errors.ts'
import {readLockFile} from '../npm/lock-file.ts'
import {installLocked} from '../npm/npm.ts'
import {packageJson} from '../npm/package-file.ts'
import {thisPlatform} from '../npm/platform.ts'
import {pruneLock} from '../npm/prune-lock.ts'
import type {BundledRuntime} from '../pack/sbom.ts'

const folderInside = 'runtime'

/**
 * Puts the Node.js pinned in bin/runtime into a release. It comes as a package of the registry, checked by npm against the
 * digest of the lock file.
 * @throws BUILD_FAILED when none is packaged for this platform; what `npm` throws
 */
export const addRuntime = async (checkout: string, folder: string, signal: AbortSignal): Promise<BundledRuntime> => {
  const name = `node-${process.platform}-${process.arch}`
  const lock = await readLockFile(join(checkout, 'bin/runtime'))
  const version = lock.packages[`node_modules/${name}`]?.version
  if (version === undefined) {
    throw new EssenceError('BUILD_FAILED', `No Node.js is pinned for ${process.platform}/${process.arch}.`, {
      suggestions: ['Build without --with-node; the host then needs a Node.js of its own.'],
    })
  }
  const work = await mkdtemp(join(folder, '.runtime-'))
  try {
    const dependencies = {[name]: version}
    const about = {name: 'essence-runtime', private: true, dependencies}
    const pruned = pruneLock(lock, {
      rootDependencies: dependencies,
      workspaces: [],
      leavesOut: () => false,
      platform: thisPlatform(),
    })
    await writeFile(join(work, 'package.json'), packageJson(about))
    await writeFile(join(work, 'package-lock.json'), packageJson(pruned))
    await installLocked(work, signal)
    const source = join(work, 'node_modules', name)
    await mkdir(join(folder, folderInside, 'bin'), {recursive: true})
    const path = `${folderInside}/bin/node`
    await copyFile(join(source, 'bin/node'), join(folder, path))
    await chmod(join(folder, path), 0o755)
    for (const file of await readdir(source)) {
      if (/^licen[cs]e/i.test(file)) await copyFile(join(source, file), join(folder, folderInside, file))
    }
    return {path, version}
  } finally {
    await rm(work, {recursive: true, force: true})
  }
}
