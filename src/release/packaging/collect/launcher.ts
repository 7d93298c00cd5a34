import {chmod, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../../kit/errors.ts'
import type {BuildTarget} from '../services.ts'

const placeholder = /@([A-Z_]+)@/g

/** @throws BUILD_FAILED for a range that a shell cannot check */
const lowestVersion = (range: string): {major: string; minor: string} => {
  const [, major, minor = '0'] = /^>=\s*(\d+)(?:\.(\d+))?(?:\.0)?$/.exec(range) ?? []
  if (major !== undefined) return {major, minor}
  throw new EssenceError(
    'BUILD_FAILED',
    `"engines.node" of package.json is "${range}"; run.sh understands >=22.19 only.`,
  )
}

/** Writes `run.sh`, which starts the service on a host, from templates/run.sh. */
export const writeLauncher = async (
  checkout: string,
  folder: string,
  {target, range, bundled}: {target: BuildTarget; range: string; bundled: string | undefined},
): Promise<void> => {
  const {major, minor} = lowestVersion(range)
  const commands = new Map(target.plugins.map(({service, command}) => [service, command]))
  commands.set(target.service, target.command.join(' '))
  const values: Record<string, string> = {
    SERVICE: target.service,
    NODE_RANGE: range,
    NODE_MAJOR: major,
    NODE_MINOR: minor,
    NODE_BUNDLED: bundled ?? '',
    CASES: [...commands].map(([service, command]) => `${service}) command=${command} ;;`).join('\n'),
  }
  const template = await readFile(join(checkout, 'templates/run.sh'), 'utf8')
  const path = join(folder, 'run.sh')
  await writeFile(
    path,
    template.replace(placeholder, (whole, name: string) => values[name] ?? whole),
  )
  await chmod(path, 0o755)
}
