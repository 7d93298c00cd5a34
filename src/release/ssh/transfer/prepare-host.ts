import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {EssenceError} from '../../../kit/errors.ts'
import type {Connection} from '../log-in.ts'
import {findBundledNode} from './bundled-node.ts'
import {placeFile} from './place-file.ts'
import {fittingNode, lookAround, NoFittingNode} from './remote-node.ts'

/** What of a host is needed to ask anything of it. */
export interface PreparedHost {
  connection: Connection
  /** As it was asked for; the host program has a default of its own. */
  root: string | undefined
  /** Paths there. */
  node: string
  /** The host program: its path there, or itself, where nothing is to be left there. */
  program: string | Buffer
}

/**
 * Finds Node.js on a host, or brings it out of a tarball, and brings the host program.
 * @param programFile here
 * @param readOnly leave nothing there
 * @throws RELEASE_UNFIT; DISK_FULL, OUTPUT_UNWRITABLE, REMOTE_UNREACHABLE
 */
export const prepareHost = async (
  connection: Connection,
  root: string | undefined,
  {
    programFile,
    tarball,
    readOnly = false,
    onNote = () => {},
  }: {
    programFile: string
    tarball?: string | undefined
    readOnly?: boolean | undefined
    onNote?: ((note: string) => void) | undefined
  },
): Promise<PreparedHost> => {
  const content = await readFile(programFile).catch(cause => {
    throw new EssenceError('PROGRAM_MISSING', `${programFile}, which does the work on hosts, is not there.`, {
      suggestions: ['Build Essence anew: npm run build'],
      cause,
    })
  })
  const sha256 = createHash('sha256').update(content).digest('hex')
  const place = await lookAround(connection, root, sha256)
  let node = fittingNode(place)
  if (!node) {
    const bundled = tarball === undefined || readOnly ? undefined : await findBundledNode(tarball)
    if (!bundled) throw new NoFittingNode(connection.name, place)
    onNote(
      `${connection.name} has no fitting Node.js: bringing the one of the release, ${Math.round(bundled.size / 1e6)} MB`,
    )
    const folder = `${place.root}/.node`
    await placeFile(connection, {folder, name: bundled.sha256, sha256: bundled.sha256, content: bundled.open()})
    node = `${folder}/${bundled.sha256}`
  }
  if (readOnly) return {connection, root, node, program: content}
  const folder = `${place.root}/.host`
  const name = `${sha256}.mjs`
  if (!place.hasProgram) await placeFile(connection, {folder, name, sha256, content, node})
  return {connection, root, node, program: `${folder}/${name}`}
}
