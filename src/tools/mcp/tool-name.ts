import {createHash} from 'node:crypto'

const maxLength = 64
const hashLength = 6

/**
 * `server_tool` in letters that every model's format of calls knows. A name that had to be cut, or that another tool has already, ends with
 * a hash of the whole, so that it is the same after each start.
 * @param taken names that others have
 */
export const toolName = (server: string, tool: string, taken: ReadonlySet<string>): string => {
  const plain = `${server}_${tool}`.replaceAll(/[^a-zA-Z0-9_-]/g, '_')
  if (plain.length <= maxLength && !taken.has(plain)) return plain
  const hash = createHash('sha256')
    .update(JSON.stringify([server, tool]))
    .digest('hex')
    .slice(0, hashLength)
  return `${plain.slice(0, maxLength - hashLength - 1)}_${hash}`
}
