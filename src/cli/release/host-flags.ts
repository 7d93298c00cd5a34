// Flags of the commands that ask something of machines, this one or others.
import {isAbsolute, resolve} from 'node:path'
import {boolean, custom, integer, option, string} from '@oclif/core/flags'
import {EssenceError} from '../../kit/errors.ts'
import {numberOf} from '../number-flag.ts'
import type {HostChoice} from './open-hosts.ts'

/** Which machines, and where on them. */
export const hostFlags = {
  host: string({
    helpValue: '[USER@]HOST[:PORT]',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    summary: 'A machine reached by SSH, instead of this one; several times for several. ~/.ssh/config is followed.',
    helpGroup: 'MACHINE',
  }),
  root: string({
    helpValue: 'FOLDER',
    summary: 'Where services live on the machine. Default /usr/local/june for root, else ~/.local/run/june.',
    helpGroup: 'MACHINE',
  }),
  'host-key': option({
    options: ['strict', 'accept-new'] as const,
    summary:
      'What to do with the key of a machine that is not known: refuse, or record it. A changed key is always refused.',
    helpGroup: 'MACHINE',
    dependsOn: ['host'],
  })(),
  identity: string({
    helpValue: 'FILE',
    summary: 'SSH key to log in with, before those of ~/.ssh/config and the agent.',
    helpGroup: 'MACHINE',
    dependsOn: ['host'],
  }),
  'ssh-config': string({
    helpValue: 'FILE',
    summary: 'SSH configuration instead of ~/.ssh/config.',
    helpGroup: 'MACHINE',
    dependsOn: ['host'],
  }),
  parallel: integer({
    min: 1,
    max: 100,
    summary: 'Machines to work on at once; what changes something is tried on the first one alone. Default 5.',
    helpGroup: 'MACHINE',
    dependsOn: ['host'],
  }),
}

/**
 * A path on the machine of the service, as it was typed.
 * @throws USAGE for a relative one of another machine
 */
export const pathThere = (flag: string, path: string | undefined, choice: HostChoice): string | undefined => {
  if (path === undefined || isAbsolute(path)) return path
  if (choice.host === undefined) return resolve(path)
  throw new EssenceError('USAGE', `${flag} is "${path}"; expected an absolute path, of the other machine.`)
}

/** Seconds, given to the command as ms. */
const seconds = custom<number>({
  helpValue: 'SECONDS',
  parse: async (text, _, {name}) => {
    const value = numberOf(`--${name}`, text)
    if (value >= 0 && value <= 86_400) return Math.round(value * 1000)
    throw new EssenceError('USAGE', `--${name} is "${text}"; expected seconds, at most a day.`)
  },
})

const drainFlag = {
  'drain-timeout': seconds({summary: 'Time it has to finish what it works on, before it is killed. At first 30.'}),
}

/** How a release is started and proves itself; what is not given is as in the last deploy. */
export const startFlags = {
  'env-sh': string({
    helpValue: 'FILE',
    summary:
      'Environment of the service from now on (ENV_SH): a file on its machine. Default: that of the last deploy.',
  }),
  'ready-timeout': seconds({summary: 'Time until its health must say ready. At first 120.'}),
  settle: seconds({summary: 'Time after which it must still be ready. At first 3.'}),
  ...drainFlag,
}

export const stopFlags = {...drainFlag}

export const yesFlag = {
  yes: boolean({char: 'y', default: false, summary: 'Do not ask before a service that runs is stopped.'}),
}

interface StartFlagValues extends HostChoice {
  'env-sh'?: string | undefined
  'ready-timeout'?: number | undefined
  settle?: number | undefined
  'drain-timeout'?: number | undefined
}

/** The flags as the operations take them. */
export const startInput = (flags: StartFlagValues) => ({
  envFile: pathThere('--env-sh', flags['env-sh'], flags),
  readyMs: flags['ready-timeout'],
  settleMs: flags.settle,
  drainMs: flags['drain-timeout'],
})
