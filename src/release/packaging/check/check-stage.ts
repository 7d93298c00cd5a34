import {dirname, join} from 'node:path'
import {EssenceError} from '../../../kit/errors.ts'
import {runTool} from '../run-tool.ts'

/**
 * Starts the release as a host would, so that a package that is missing shows here and not there.
 * @throws BUILD_FAILED
 */
export const checkStarts = async (folder: string, service: string, signal: AbortSignal): Promise<void> => {
  const {ENV_SH: _, ...rest} = process.env
  const path = `${dirname(process.execPath)}:${rest['PATH'] ?? ''}`
  const {status, stderr} = await runTool(join(folder, 'run.sh'), ['--help'], {
    cwd: folder,
    env: {...rest, PATH: path, SERVICE_NAME: service},
    signal,
  })
  if (status === 0) return
  throw new EssenceError(
    'BUILD_FAILED',
    `The release of ${service} does not start: ${stderr.trim().split('\n').slice(-4).join(' · ')}`,
  )
}
