import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {promisify} from 'node:util'

/** Runs a file of `children/` in a fresh Node.js; gives what it printed. A crash, a hang or an error code rejects. */
export const runChild = async (
  name: string,
  args: string[],
): Promise<{printed: Record<string, number>; stderr: string}> => {
  const file = join(import.meta.dirname, 'children', name)
  const flags = ['--conditions=essence-source', '--expose-gc', '--no-warnings', file, ...args]
  const {stdout, stderr} = await promisify(execFile)(process.execPath, flags, {timeout: 120_000})
  return {printed: JSON.parse(stdout), stderr}
}
