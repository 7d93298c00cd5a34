import {delimiter, dirname} from 'node:path'
import {defined} from '../../../kit/defined.ts'

/**
 * What a supervisor, and a service of it, gets of the environment of the process that starts it. Not the rest: it would be that
 * of the person who deployed, and another after the next boot. Settings belong into the environment file.
 */
const inherited = [
  'HOME',
  'LANG',
  'LANGUAGE',
  'LD_LIBRARY_PATH',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TMPDIR',
  'TZ',
  'USER',
  'XDG_RUNTIME_DIR',
  // Which GPU, as container runtimes and job schedulers say it.
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_DRIVER_CAPABILITIES',
  'NVIDIA_VISIBLE_DEVICES',
] as const

/** Of this process's environment what a supervisor and its service get. */
export const inheritedEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([variable]) => variable.startsWith('LC_') || inherited.some(name => name === variable),
    ),
  )

export interface ServiceEnvironment {
  /** The command `run.sh` runs: SERVICE_NAME. */
  name: string
  envFile: string | undefined
  /** Where the service tells its health. */
  healthSocket?: string | undefined
  /** Names of the descriptors from 3 on. */
  descriptors?: readonly string[]
}

export const serviceEnvironment = ({
  name,
  envFile,
  healthSocket,
  descriptors = [],
}: ServiceEnvironment): NodeJS.ProcessEnv => {
  const env = inheritedEnvironment()
  return {
    ...env,
    // run.sh finds the Node.js that was looked at for the release, also where PATH has an older one, or none.
    PATH: [dirname(process.execPath), env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    SERVICE_NAME: name,
    ...defined({ENV_SH: envFile, ESSENCE_HEALTH_SOCKET: healthSocket}),
    // sd_listen_fds(3). LISTEN_PID is for run.sh to set: only it knows its number.
    ...(descriptors.length === 0
      ? {}
      : {LISTEN_FDS: String(descriptors.length), LISTEN_FDNAMES: descriptors.join(':')}),
  }
}
