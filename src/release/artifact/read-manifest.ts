import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {Parser, type ReadEntry} from 'tar'
import {type ReleaseManifest, releaseManifestSchema} from '../manifest.ts'
import {archiveError, invalidRelease} from './damaged.ts'
import {type ReleaseLimits, releaseLimits} from './limits.ts'

/** What a tarball says of itself, before anything of it is unpacked. */
export interface OpenedManifest {
  manifest: ReleaseManifest
  /** The file as it is, so that the unpacked one can be compared. */
  bytes: Buffer
}

const firstEntry = (tarball: string, {ratio, manifestBytes}: ReleaseLimits): Promise<{path: string; bytes: Buffer}> =>
  new Promise((resolve, reject) => {
    const source = createReadStream(tarball)
    const fail = (error: unknown): void => {
      source.destroy()
      reject(archiveError(tarball, error))
    }
    let seen = false
    const onReadEntry = (entry: ReadEntry): void => {
      if (seen || entry.type !== 'File' || entry.size > manifestBytes) {
        entry.resume()
        if (!seen) fail(invalidRelease(tarball, `its first entry, ${entry.path}, is no manifest`))
        seen = true
        return
      }
      seen = true
      const pieces: Buffer[] = []
      entry.on('data', piece => pieces.push(piece))
      entry.on('end', () => {
        source.destroy()
        resolve({path: entry.path, bytes: Buffer.concat(pieces)})
      })
    }
    const parser = new Parser({strict: true, maxDecompressionRatio: ratio, onReadEntry})
    parser.on('error', fail)
    parser.on('end', () => fail(invalidRelease(tarball, 'it is empty')))
    source.on('error', fail)
    source.pipe(parser as unknown as NodeJS.WritableStream)
  })

/** What the schema cannot say: each path once, no file where a folder must be, sizes within the limits. */
const contradiction = ({files}: ReleaseManifest, packed: number, limits: ReleaseLimits): string | undefined => {
  if (files.length > limits.files) return `it lists ${files.length} files, more than ${limits.files}`
  const bytes = files.reduce((sum, {size}) => sum + size, 0)
  if (bytes > limits.bytes) return `its files have ${bytes} bytes, more than ${limits.bytes}`
  if (bytes > packed * limits.ratio) return `its files have ${bytes} bytes, far more than ${packed} bytes can hold`
  const paths = new Set(files.map(({path}) => path))
  if (paths.size < files.length) return 'it lists a file twice'
  if (paths.has('manifest.json')) return 'it lists itself'
  const inFile = files.find(({path}) => {
    const parts = path.split('/')
    return parts.some((_, end) => end > 0 && paths.has(parts.slice(0, end).join('/')))
  })
  return inFile && `it lists ${inFile.path} below a file`
}

/**
 * Reads `june-<service>/manifest.json`, the first entry of a release's tarball. Nothing is written.
 * @throws RELEASE_INVALID; the system's error when the tarball cannot be read
 */
export const readReleaseManifest = async (
  tarball: string,
  limits: ReleaseLimits = releaseLimits,
): Promise<OpenedManifest> => {
  const {path, bytes} = await firstEntry(tarball, limits)
  const manifest = parseManifest(bytes, `${tarball}: ${path}`)
  if (path !== `june-${manifest.service}/manifest.json`) {
    throw invalidRelease(tarball, `its first entry is ${path}; expected june-${manifest.service}/manifest.json`)
  }
  const {size} = await stat(tarball)
  const wrong = contradiction(manifest, size, limits)
  if (wrong) throw invalidRelease(tarball, `its manifest contradicts itself: ${wrong}`)
  return {manifest, bytes}
}

/**
 * The manifest in a text.
 * @param where for the message
 * @throws RELEASE_INVALID
 */
export const parseManifest = (bytes: Buffer, where: string): ReleaseManifest => {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw invalidRelease(where, 'its manifest is no JSON', error)
  }
  const parsed = releaseManifestSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalidRelease(where, `its manifest is wrong at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`)
}
