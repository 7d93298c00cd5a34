import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import {fingerprintOf} from '@essence/core/release/ssh/auth/known-hosts'
import {Passphrases} from '@essence/core/release/ssh/auth/passphrases'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type AgentProcess, type KeyPair, makeKey, type Sshd, startAgent, startSshd} from '../../peers/sshd.ts'
import {makeDialer, me, skipped, whoAmI} from './dial.ts'

const {dial, folder, hangUp, know} = makeDialer()

describe.skipIf(skipped)(`logging in to sshd${skipped}`, () => {
  let sshd: Sshd
  let key: KeyPair
  let locked: KeyPair
  let stranger: KeyPair
  let agent: AgentProcess
  let at: string
  let hostKey: string

  beforeAll(async () => {
    key = makeKey(folder, 'key')
    locked = makeKey(folder, 'locked', {type: 'ecdsa', passphrase: 'correct horse'})
    stranger = makeKey(folder, 'stranger', {type: 'rsa'})
    agent = await startAgent(join(folder, 'agent'))
    agent.add(stranger)
    agent.add(key)
    sshd = await startSshd(join(folder, 'sshd'), {authorized: [key.publicKey, locked.publicKey]})
    at = `${me}@127.0.0.1:${sshd.port}`
    hostKey = sshd.hostKeys[0]?.publicKey ?? ''
  })
  afterAll(async () => {
    await sshd.stop()
    await agent.stop()
  })

  it('with a key file', async () => {
    know(sshd.port, hostKey)
    const connection = await dial(at, `IdentityFile ${key.path}`)
    expect(connection.name).toBe(at)
    expect(await whoAmI(connection)).toBe(me)
  })

  it('with a key named for this run', async () => {
    know(sshd.port, hostKey)
    expect(await whoAmI(await dial(at, '', {identityFile: key.path}))).toBe(me)
  })

  it('with a key named for this run, before the many of an agent', async () => {
    know(sshd.port, hostKey)
    const many = await startAgent(join(folder, 'many'))
    try {
      for (let number = 1; number <= 8; number++) many.add(makeKey(folder, `many-${number}`))
      const env = {SSH_AUTH_SOCK: many.socket}
      await expect(dial(at, `IdentityFile ${key.path}`, {env})).rejects.toMatchObject({
        code: 'SSH_REFUSED',
        message: expect.stringContaining('not taken, or too late'),
        suggestions: expect.arrayContaining([expect.stringContaining('IdentitiesOnly')]),
      })
      expect(await whoAmI(await dial(at, '', {env, identityFile: key.path}))).toBe(me)
      many.add(key)
      expect(await whoAmI(await dial(at, '', {env, identityFile: key.path}))).toBe(me)
      await hangUp()
    } finally {
      await many.stop()
    }
  })

  it('with an RSA key, whose signatures are SHA-2', async () => {
    const other = await startSshd(join(folder, 'rsa-only'), {authorized: [stranger.publicKey]})
    try {
      know(other.port, other.hostKeys[0]?.publicKey ?? '')
      const connection = await dial(`${me}@127.0.0.1:${other.port}`, `IdentityFile ${stranger.path}`)
      expect(await whoAmI(connection)).toBe(me)
      await hangUp()
    } finally {
      await other.stop()
    }
  })

  it('with the agent, past a key the host does not take', async () => {
    know(sshd.port, hostKey)
    const connection = await dial(at, '', {env: {SSH_AUTH_SOCK: agent.socket}})
    expect(await whoAmI(connection)).toBe(me)
  })

  it('IdentitiesOnly: of the agent only the key IdentityFile names, which may be the public half', async () => {
    know(sshd.port, hostKey)
    const env = {SSH_AUTH_SOCK: agent.socket}
    await expect(dial(at, `IdentitiesOnly yes\nIdentityFile ${stranger.path}`, {env})).rejects.toMatchObject({
      code: 'SSH_REFUSED',
      message: expect.not.stringContaining(fingerprintOf(Buffer.from(key.publicKey.split(' ')[1] ?? '', 'base64'))),
    })
    const connection = await dial(at, `IdentitiesOnly yes\nIdentityFile ${key.path}.pub`, {env})
    expect(await whoAmI(connection)).toBe(me)
  })

  it('with an encrypted key: the passphrase is asked for once for several hosts, again when it is wrong', async () => {
    know(sshd.port, hostKey)
    const asked: string[] = []
    const answers = ['wrong', 'correct horse']
    const passphrases = new Passphrases(async file => {
      asked.push(file)
      return new Secret(answers.shift() ?? '')
    })
    const config = `IdentityFile ${locked.path}`
    const both = await Promise.all([dial(at, config, {passphrases}), dial(at, config, {passphrases})])
    expect(await whoAmI(both[1])).toBe(me)
    expect(asked).toEqual([locked.path, locked.path])
  })

  it('an encrypted key the host does not take: no passphrase is asked for', async () => {
    know(sshd.port, hostKey)
    const other = makeKey(folder, `other-${Date.now()}`, {passphrase: 'x'})
    const passphrases = new Passphrases(async () => {
      throw new Error('asked')
    })
    await expect(dial(at, `IdentityFile ${other.path}`, {passphrases})).rejects.toMatchObject({
      code: 'SSH_REFUSED',
      message: expect.stringContaining('not taken by the host'),
    })
  })

  it('an encrypted key and no terminal: says what was tried, and ssh-add', async () => {
    know(sshd.port, hostKey)
    const config = `IdentityFile ${stranger.path}\nIdentityFile ${locked.path}\nIdentityFile ${folder}/none`
    await expect(dial(at, config)).rejects.toMatchObject({
      code: 'SSH_REFUSED',
      message: expect.stringMatching(
        /stranger \(ssh-rsa SHA256:\S+\): not taken by the host; \S+locked \(ecdsa\S+ SHA256:\S+\): is encrypted, and there is no terminal/,
      ),
      suggestions: expect.arrayContaining([expect.stringContaining('ssh-add')]),
    })
  })

  it('without any key: names the files that were looked for', async () => {
    know(sshd.port, hostKey)
    await expect(dial(at, `IdentityFile ${folder}/none`)).rejects.toMatchObject({
      code: 'SSH_REFUSED',
      message: expect.stringContaining(`no key: there is none in ${folder}/none, and no agent runs`),
    })
  })

  it('a key file that cannot be read is told', async () => {
    know(sshd.port, hostKey)
    const broken = join(folder, 'broken')
    writeFileSync(broken, 'no key')
    await expect(dial(at, `IdentityFile ${broken}`)).rejects.toMatchObject({
      code: 'SSH_REFUSED',
      message: expect.stringContaining(`${broken}: `),
    })
  })

  it('a host that wants more than a key', async () => {
    const strict = await startSshd(join(folder, 'strict'), {
      authorized: [key.publicKey],
      settings: ['KbdInteractiveAuthentication yes', 'AuthenticationMethods publickey,keyboard-interactive'],
    })
    try {
      know(strict.port, strict.hostKeys[0]?.publicKey ?? '')
      await expect(dial(`${me}@127.0.0.1:${strict.port}`, `IdentityFile ${key.path}`)).rejects.toMatchObject({
        code: 'SSH_REFUSED',
        message: expect.stringMatching(/SHA256:\S+\): taken, and not enough: the host wants more than a key/),
      })
    } finally {
      await strict.stop()
    }
  })

  it('can be cancelled, before and while', async () => {
    know(sshd.port, hostKey)
    const config = `IdentityFile ${locked.path}`
    await expect(dial(at, config, {signal: AbortSignal.abort()})).rejects.toMatchObject({code: 'CANCELLED'})
    const cancel = new AbortController()
    const passphrases = new Passphrases(async () => {
      cancel.abort()
      return new Secret('correct horse')
    })
    await expect(dial(at, config, {signal: cancel.signal, passphrases})).rejects.toMatchObject({code: 'CANCELLED'})
  })
})
