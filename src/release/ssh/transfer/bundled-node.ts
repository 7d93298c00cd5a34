import {PassThrough, type Readable} from 'node:stream'
import {list} from 'tar'
import {archiveError, invalidRelease} from '../../artifact/damaged.ts'
import {readReleaseManifest} from '../../artifact/read-manifest.ts'

/** The Node.js that travels inside a release. */
export interface BundledNode {
  sha256: string
  /** Bytes. */
  size: number
  /** The program, read out of the tarball while it is taken. */
  open(): Readable
}

/**
 * Finds the Node.js inside a release's tarball.
 * @returns `undefined` where none travels with it
 * @throws RELEASE_INVALID
 */
export const findBundledNode = async (tarball: string): Promise<BundledNode | undefined> => {
  const {manifest} = await readReleaseManifest(tarball)
  const path = manifest.node.bundled
  if (path === undefined) return undefined
  const file = manifest.files.find(file => file.path === path)
  if (!file) throw invalidRelease(tarball, `its manifest says that ${path} is its Node.js, and lists no such file`)
  return {
    sha256: file.sha256,
    size: file.size,
    open: () => readEntry(tarball, `june-${manifest.service}/${path}`),
  }
}

const readEntry = (tarball: string, path: string): Readable => {
  const content = new PassThrough()
  let found = false
  list({
    file: tarball,
    filter: name => name === path && !found,
    onReadEntry: entry => {
      found = true
      entry.on('data', piece => {
        if (!content.write(piece)) entry.pause()
      })
      content.on('drain', () => entry.resume())
      entry.on('end', () => content.end())
    },
  }).then(
    () => found || content.destroy(invalidRelease(tarball, `${path} is not in it`)),
    error => content.destroy(archiveError(tarball, error) as Error),
  )
  return content
}
