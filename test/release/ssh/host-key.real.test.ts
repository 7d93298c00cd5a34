import {chmodSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {fingerprintOf} from '@essence/core/release/ssh/auth/known-hosts'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type KeyPair, makeKey, type Sshd, startSshd} from '../../peers/sshd.ts'
import {makeDialer, me, skipped, whoAmI} from './dial.ts'

const {dial, folder, know, knownHosts} = makeDialer()

describe.skipIf(skipped)(`the host key of an sshd${skipped}`, () => {
  let sshd: Sshd
  let key: KeyPair
  let stranger: KeyPair
  let at: string
  let hostKey: string

  beforeAll(async () => {
    key = makeKey(folder, 'key')
    stranger = makeKey(folder, 'stranger', {type: 'rsa'})
    sshd = await startSshd(join(folder, 'sshd'), {
      authorized: [key.publicKey],
      hostKeys: [makeKey(folder, 'host'), makeKey(folder, 'host_rsa', {type: 'rsa'})],
    })
    at = `${me}@127.0.0.1:${sshd.port}`
    hostKey = sshd.hostKeys[0]?.publicKey ?? ''
  })
  afterAll(() => sshd.stop())

  it('an unknown key is refused with its fingerprint and the line to add, which then lets in', async () => {
    const error = await dial(at, `IdentityFile ${key.path}`).catch(error => error)
    const print = fingerprintOf(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'))
    expect(error).toMatchObject({code: 'HOST_KEY_UNKNOWN', message: expect.stringContaining(print)})
    const line = /\[127\.0\.0\.1\].*/.exec(error.suggestions.at(-1))?.[0]
    expect(line).toBe(`[127.0.0.1]:${sshd.port} ${hostKey}`)
    writeFileSync(knownHosts, `${line}\n`)
    expect(await whoAmI(await dial(at, `IdentityFile ${key.path}`))).toBe(me)
    expect(sshd.log()).not.toContain('Accepted none')
  })

  it.each([
    ['by the flag', '', {hostKeys: 'accept-new' as const}],
    ['by the configuration', 'StrictHostKeyChecking accept-new', {}],
  ])('accept-new %s records the key, for its owner alone', async (_, config, options) => {
    const notes: string[] = []
    const onNote = (note: string): void => void notes.push(note)
    await dial(at, `IdentityFile ${key.path}\n${config}`, {...options, onNote})
    expect(readFileSync(knownHosts, 'utf8')).toBe(`[127.0.0.1]:${sshd.port} ${hostKey}\n`)
    expect(statSync(knownHosts).mode & 0o777).toBe(0o600)
    expect(notes).toEqual([expect.stringContaining(knownHosts)])
    await dial(at, `IdentityFile ${key.path}`)
  })

  it('accept-new hashes the name where the configuration wants it, after a line without an end', async () => {
    writeFileSync(knownHosts, '# mine')
    const config = `IdentityFile ${key.path}\nHashKnownHosts yes`
    await dial(at, config, {hostKeys: 'accept-new'})
    expect(readFileSync(knownHosts, 'utf8')).toMatch(/^# mine\n\|1\|\S+\|\S+ ssh-ed25519 \S+\n$/)
    await dial(at, config)
  })

  it.each(['strict', 'accept-new'] as const)(
    'a changed key is refused under %s: file, line, both fingerprints',
    async hostKeys => {
      writeFileSync(knownHosts, '\n\n')
      know(sshd.port, stranger.publicKey)
      know(sshd.port, key.publicKey)
      const before = readFileSync(knownHosts, 'utf8')
      const error = await dial(at, `IdentityFile ${key.path}`, {hostKeys}).catch(error => error)
      expect(error).toMatchObject({code: 'HOST_KEY_CHANGED', exit: 4})
      expect(error.message).toContain(`${knownHosts}:4`)
      for (const text of [key.publicKey, hostKey]) {
        expect(error.message).toContain(fingerprintOf(Buffer.from(text.split(' ')[1] ?? '', 'base64')))
      }
      expect(readFileSync(knownHosts, 'utf8')).toBe(before)
    },
  )

  it('StrictHostKeyChecking no does not let a changed key in, nor an unknown one', async () => {
    const config = `IdentityFile ${key.path}\nStrictHostKeyChecking no`
    await expect(dial(at, config)).rejects.toMatchObject({code: 'HOST_KEY_UNKNOWN'})
    know(sshd.port, key.publicKey)
    await expect(dial(at, config)).rejects.toMatchObject({code: 'HOST_KEY_CHANGED'})
  })

  it('a revoked key is refused, by known_hosts and by RevokedHostKeys', async () => {
    know(sshd.port, hostKey)
    know(sshd.port, hostKey, '@revoked ')
    await expect(dial(at, `IdentityFile ${key.path}`, {hostKeys: 'accept-new'})).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining(`revoked (${knownHosts}:2)`),
    })
    rmSync(knownHosts)
    know(sshd.port, hostKey)
    const revoked = join(folder, 'revoked')
    writeFileSync(revoked, `# lost\n${hostKey}\n`)
    await expect(dial(at, `IdentityFile ${key.path}\nRevokedHostKeys ${revoked}`)).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining(`revoked (${revoked})`),
    })
  })

  it('a host whose RSA key alone is known is asked for that one', async () => {
    know(sshd.port, sshd.hostKeys[1]?.publicKey ?? '')
    expect(await whoAmI(await dial(at, `IdentityFile ${key.path}`))).toBe(me)
  })

  it('known hosts that cannot be read let nobody in', async () => {
    // A folder cannot be read as a file, by root neither.
    const config = `IdentityFile ${key.path}\nUserKnownHostsFile ${folder}`
    await expect(dial(at, config, {hostKeys: 'accept-new'})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${folder} cannot be read`),
    })
  })

  it.skipIf(userInfo().uid === 0)('known hosts without permission let nobody in (skipped for root)', async () => {
    know(sshd.port, hostKey)
    chmodSync(knownHosts, 0)
    await expect(dial(at, `IdentityFile ${key.path}`)).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  })
})
