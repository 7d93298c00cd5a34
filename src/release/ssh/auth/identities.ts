import type {IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions} from 'ssh2'
import ssh2 from 'ssh2'
import {messageOf} from '../../../kit/errors.ts'
import type {HostConfig} from '../config/host-config.ts'
import {type KeyFile, readKeyFile, type UnusableKey} from './key-file.ts'
import {fingerprintOf} from './known-hosts.ts'
import type {Passphrases} from './passphrases.ts'

/** What came of one way to log in. */
export interface Attempt {
  what: string
  outcome: string
}

/** A key that can be offered to a host. */
interface Identity {
  key: ParsedKey
  attempt: Attempt
  sign(data: Buffer, options: SigningRequestOptions): Promise<Buffer>
}

export const notTaken = 'not taken by the host'

const attemptOf = (from: string, key: ParsedKey): Attempt => ({
  what: `${from} (${key.type} ${fingerprintOf(key.getPublicSSH())})`,
  outcome: notTaken,
})

/**
 * The keys for a host, as an agent to ssh2: the one named for this run, then in the order of OpenSSH those of the agent that IdentityFile names, the
 * agent's others (not under IdentitiesOnly), the files the agent does not hold. A passphrase is asked for only once the
 * host has said that it takes that key.
 */
export class Identities extends ssh2.BaseAgent {
  /** What was offered, in order, and what could not be. */
  readonly attempts: Attempt[] = []
  readonly #config: HostConfig
  readonly #passphrases: Passphrases
  #identities: Identity[] = []

  constructor(config: HostConfig, passphrases: Passphrases) {
    super()
    this.#config = config
    this.#passphrases = passphrases
  }

  /** Reads the files and asks the agent. */
  async load(): Promise<void> {
    const read = await Promise.all(this.#config.identityFiles.map(readKeyFile))
    const files = read.filter(file => 'publicKey' in file)
    const held = await this.#fromAgent()
    const isFile = ({key}: Identity): boolean => files.some(file => file.publicKey.equals(key))
    const ofAgent = this.#config.identitiesOnly ? [] : held.filter(identity => !isFile(identity))
    const onlyFiles = files.filter(file => !held.some(({key}) => file.publicKey.equals(key)))
    const all = [...held.filter(isFile), ...ofAgent, ...onlyFiles.map(file => this.#fromFile(file))]
    // Hosts listen to a few keys only, and an agent may hold more.
    const named = files.find(({path}) => path === this.#config.firstIdentity)
    const isFirst = ({key}: Identity): boolean => named?.publicKey.equals(key) ?? false
    this.#identities = [...all.filter(isFirst), ...all.filter(identity => !isFirst(identity))]
    this.#mention(read.filter(file => 'reason' in file))
  }

  override getIdentities(done: IdentityCallback): void {
    this.attempts.push(...this.#identities.map(({attempt}) => attempt))
    done(
      null,
      this.#identities.map(({key}) => key),
    )
  }

  override sign(
    key: ParsedKey | Buffer | string,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done: SignCallback = () => {},
  ): void {
    const identity = this.#identities.find(identity => identity.key === key)
    if (!identity || typeof options === 'function') throw new Error('ssh2 signs with the keys it was given')
    identity.sign(data, options).then(
      signature => {
        // ssh2 does not pass on that this was one of several proofs the host wants.
        identity.attempt.outcome = 'taken, and not enough: the host wants more than a key'
        done(null, signature)
      },
      error => {
        identity.attempt.outcome = messageOf(error)
        done(error)
      },
    )
  }

  #mention(unusable: UnusableKey[]): void {
    for (const {path, kind, reason} of unusable) {
      if (kind === 'unreadable') this.attempts.push({what: path, outcome: reason})
    }
  }

  async #fromAgent(): Promise<Identity[]> {
    const socket = this.#config.agent
    if (!socket) return []
    const agent = ssh2.createAgent(socket)
    const keys = await new Promise<ParsedKey[]>(resolve => {
      agent.getIdentities((error, found = []) => {
        if (error) this.attempts.push({what: `the agent at ${socket}`, outcome: `does not answer (${error.message})`})
        resolve(found.filter(key => typeof key === 'object' && 'getPublicSSH' in key))
      })
    })
    return keys.map(key => ({
      key,
      attempt: attemptOf(`the agent's key ${key.comment}`, key),
      sign: (data, options) =>
        new Promise((done, fail) => {
          agent.sign(key, data, options, (error, signature) =>
            signature ? done(signature) : fail(error ?? new Error('the agent gave no signature')),
          )
        }),
    }))
  }

  #fromFile(file: KeyFile): Identity {
    const unlock = async (): Promise<ParsedKey> =>
      file.encrypted ? this.#passphrases.unlock(file.path, passphrase => file.unlock(passphrase)) : file.unlock()
    return {
      key: file.publicKey,
      attempt: attemptOf(file.path, file.publicKey),
      sign: async (data, {hash}) => {
        const key = await unlock()
        const signature = key.sign(data, hash) as Buffer | Error
        if (signature instanceof Error) throw signature
        return signature
      },
    }
  }
}
