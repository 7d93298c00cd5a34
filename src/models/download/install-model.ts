import {linkIntoSnapshot, repoFolder, snapshotPath, updateMarker, writeRef} from '../cache/cache-layout.ts'
import {updateLockFile} from '../cache/lock-file.ts'
import {bringFile, type Shared} from './bring-file.ts'
import type {PlannedModel} from './plan-model.ts'

export interface DownloadedModel {
  id: string
  repo: string
  commit: string
  files: {path: string; size: number; sha256: string; fetched: boolean; location: string}[]
}

/**
 * Brings the files of a model; once all are here and verified, it is linked into its snapshot, marked complete and locked.
 * @throws the first failure of a file, when all have ended
 */
export const installModel = async ({wanted, commit, files}: PlannedModel, shared: Shared): Promise<DownloadedModel> => {
  const {store} = shared
  const folder = repoFolder(store.root, wanted.repo)
  const ended = await Promise.allSettled(
    files.map(file => shared.files.run(() => bringFile(file, {wanted, commit, files}, shared), shared.signal)),
  )
  const failed = ended.find(each => each.status === 'rejected')
  if (failed) throw failed.reason
  const verified = ended.flatMap((each, index) => {
    const file = files[index]
    return each.status === 'fulfilled' && file ? [{...file, ...each.value}] : []
  })
  for (const {path, blob} of verified) await linkIntoSnapshot(blob, snapshotPath(folder, commit, path))
  await writeRef(folder, wanted.revision, commit)
  await updateMarker(folder, commit, known => ({
    ...known,
    ...Object.fromEntries(
      verified.map(({path, size, sha256, blob}) => [path, {size, sha256, blob: blob.split(/[\\/]/).pop() ?? ''}]),
    ),
  }))
  await updateLockFile(store.lockFile, wanted.id, {
    repo: wanted.repo,
    revision: wanted.revision,
    commit,
    files: verified.map(({path, size, sha256}) => ({path, size, sha256})),
  })
  return {
    id: wanted.id,
    repo: wanted.repo,
    commit,
    files: verified.map(({path, size, sha256, fetched}) => ({
      path,
      size,
      sha256,
      fetched,
      location: snapshotPath(folder, commit, path),
    })),
  }
}
