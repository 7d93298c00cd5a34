import {Readable} from 'node:stream'
import {EssenceError} from '../../../kit/errors.ts'
import type {Connection} from '../log-in.ts'
import {runCommand, shellCommand, shellFailure} from './remote-command.ts'

/** Exit status of the check below; no shell gives it by itself. */
const mismatch = 93

const check = [
  'const h = require("crypto").createHash("sha256").update(require("fs").readFileSync(process.argv[1])).digest("hex")',
  `process.exit(h === process.argv[2] ? 0 : ${mismatch})`,
].join('; ')

// A lost connection ends `cat` as a whole file does, so what came is checked before it gets its name.
const script = [
  'LC_ALL=C; export LC_ALL; umask 022',
  't=$1/.$2.$$; n=$4; if [ -z "$n" ]; then n=$t; fi',
  '{ mkdir -p "$1" && cat >"$t" && chmod 755 "$t" && "$n" -e "$5" "$t" "$3" && mv -f "$t" "$1/$2"; } || { s=$?; rm -f "$t"; exit $s; }',
].join('; ')

/**
 * Brings a file to a host under a name that stands for its content; nothing but a shell is needed there.
 * @param file.node the Node.js there that checks it; absent where the file itself is one
 * @throws DISK_FULL, OUTPUT_UNWRITABLE, DIGEST_MISMATCH, REMOTE_UNREACHABLE
 */
export const placeFile = async (
  connection: Connection,
  {
    folder,
    name,
    sha256,
    content,
    node,
  }: {folder: string; name: string; sha256: string; content: Readable | Buffer; node?: string},
): Promise<void> => {
  const input = Buffer.isBuffer(content) ? Readable.from([content]) : content
  const command = shellCommand(script, folder, name, sha256, node ?? '', check)
  const result = await runCommand(connection, command, {input})
  if (result.status === 0) return
  if (result.status === mismatch) {
    throw new EssenceError('DIGEST_MISMATCH', `${name} arrived on ${connection.name} other than it was sent.`, {
      suggestions: ['Try again.'],
    })
  }
  throw shellFailure(connection.name, `Writing ${folder}/${name}`, result)
}
