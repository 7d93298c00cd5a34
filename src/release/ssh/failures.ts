import type {AuthenticationType} from 'ssh2'
import {EssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'
import {type Identities, notTaken} from './auth/identities.ts'
import type {HostConfig} from './config/host-config.ts'
import type {Way} from './proxy-command.ts'

/** What came out while a login was tried. */
export interface Login {
  config: HostConfig
  identities: Identities
  /** Why the key of the host was refused. */
  refused?: EssenceError
  /** A key to be recorded. */
  newKey?: Buffer
  /** Ways to log in that the host takes. */
  methods: AuthenticationType[]
  way: Way | undefined
}

const addressOf = ({name, hostName, port}: HostConfig): string => `${name} (${hostName} port ${port})`

export const unreachable = (config: HostConfig, why: string, cause?: unknown): EssenceError =>
  new EssenceError('REMOTE_UNREACHABLE', `${addressOf(config)} cannot be reached: ${why}.`, {
    suggestions: ['Check the name, the port, the network and that an SSH server runs there: ssh -v.'],
    cause,
  })

const socketReasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up just now',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to its network',
  ECONNRESET: 'it reset the connection',
}

/** Makes an error of the table of what ssh2 says went wrong before we were logged in. */
export const explainFailure = (error: Error & {level?: string}, login: Login): EssenceError => {
  const {config, way} = login
  if (error.level === 'client-authentication' || /authentication failures/i.test(error.message)) {
    return loginRefused(error, login)
  }
  if (error.level === 'handshake') {
    return new EssenceError('SSH_REFUSED', `${addressOf(config)} and we find no common ground: ${error.message}.`, {
      suggestions: ['The SSH server there may be too old, or be set to algorithms of its own; see ssh -vv.'],
      cause: error,
    })
  }
  const reason = socketReasons[systemCodeOf(error) ?? ''] ?? messageOf(error)
  const complaint = way?.complaint?.()
  return unreachable(config, complaint ? `${reason}; the proxy command said: ${complaint}` : reason, error)
}

const loginRefused = (error: Error, {config, identities, methods}: Login): EssenceError => {
  const many = /too many/i.test(error.message)
  // It is not told which ones the host still listened to.
  const outcomeOf = (outcome: string): string => (many && outcome === notTaken ? 'not taken, or too late' : outcome)
  const tried = identities.attempts.map(({what, outcome}) => `${what}: ${outcomeOf(outcome)}`).join('; ')
  return new EssenceError(
    'SSH_REFUSED',
    `${addressOf(config)} does not let ${config.user} log in: ${whyNot(tried, {config, methods})}.`,
    {
      suggestions: [
        ...(many ? ['It counts tries: set IdentitiesOnly yes and IdentityFile for this host in ~/.ssh/config.'] : []),
        ...(tried.includes('is encrypted') ? ['Unlock the key first: ssh-add KEY'] : []),
        `Add your public key to ~/.ssh/authorized_keys of ${config.user} there, or name another key: --identity FILE`,
      ],
      cause: error,
    },
  )
}

const whyNot = (tried: string, {config, methods}: Pick<Login, 'config' | 'methods'>): string => {
  if (methods.length > 0 && !methods.includes('publickey')) {
    return `it takes ${methods.join(', ')} only, and Essence logs in with keys`
  }
  if (tried) return `tried ${tried}`
  const files = config.identityFiles.join(', ') || 'the SSH configuration'
  return `tried no key: there is none in ${files}${config.agent ? '' : ', and no agent runs'}`
}
