import {once} from 'node:events'
import {appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import ssh2 from 'ssh2'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {Secret} from '../../../src/kit/secret.ts'
import {type ConnectOptions, connect} from '../../../src/release/ssh/connect.ts'
import {fingerprintOf} from '../../../src/release/ssh/known-hosts.ts'
import type {Connection} from '../../../src/release/ssh/log-in.ts'
import {Passphrases} from '../../../src/release/ssh/passphrases.ts'
import {startCutProxy} from '../../peers/cut-proxy.ts'
import {
  type AgentProcess,
  type KeyPair,
  makeKey,
  type Sshd,
  sshdMissing,
  startAgent,
  startSshd,
} from '../../peers/sshd.ts'

const folder = mkdtempSync(join(tmpdir(), 'ssh-connect-'))
const configFile = join(folder, 'config')
const knownHosts = join(folder, 'known_hosts')
const me = userInfo().username
const open: Connection[] = []

afterAll(() => rmSync(folder, {recursive: true, force: true}))
afterEach(async () => {
  await Promise.all(open.splice(0).map(connection => connection.close()))
  rmSync(knownHosts, {force: true, recursive: true})
})

/** Connects with this SSH configuration, which is all there is: nothing of who runs the tests. */
const dial = async (
  destination: string,
  config: string,
  options: Partial<ConnectOptions> & {env?: NodeJS.ProcessEnv} = {},
): Promise<Connection> => {
  const {env = {}, ...rest} = options
  const all = `${config}\nHost *\n UserKnownHostsFile ${knownHosts}\n GlobalKnownHostsFile none\n IdentityFile none\n`
  writeFileSync(configFile, all)
  const connection = await connect(destination, {
    passphrases: new Passphrases(),
    ...rest,
    place: {configFile, env: {PATH: process.env['PATH'], ...env}, ...rest.place},
  })
  open.push(connection)
  return connection
}

const know = (port: number, publicKey: string, marker = ''): void =>
  appendFileSync(knownHosts, `${marker}[127.0.0.1]:${port} ${publicKey}\n`)

const whoAmI = (connection: Connection): Promise<string> =>
  new Promise((resolve, reject) => {
    connection.client.exec('id -un', (error, channel) => {
      if (error) return reject(error)
      let text = ''
      channel.on('data', (data: Buffer) => {
        text += data.toString()
      })
      channel.on('close', () => resolve(text.trim()))
    })
  })

const skipped = sshdMissing ? ` (skipped: ${sshdMissing})` : ''

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
    sshd = await startSshd(join(folder, 'sshd'), {
      authorized: [key.publicKey, locked.publicKey],
      hostKeys: [makeKey(folder, 'host'), makeKey(folder, 'host_rsa', {type: 'rsa'})],
    })
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

  it('with an RSA key, whose signatures are SHA-2', async () => {
    const other = await startSshd(join(folder, 'rsa-only'), {authorized: [stranger.publicKey]})
    try {
      know(other.port, other.hostKeys[0]?.publicKey ?? '')
      const connection = await dial(`${me}@127.0.0.1:${other.port}`, `IdentityFile ${stranger.path}`)
      expect(await whoAmI(connection)).toBe(me)
      await connection.close()
      open.length = 0
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

  it('through jump hosts, each with its own configuration and key', async () => {
    const [first, second] = await Promise.all(
      ['first', 'second'].map(name => startSshd(join(folder, name), {authorized: [key.publicKey]})),
    )
    if (!first || !second) throw new Error('not started')
    try {
      for (const {port, hostKeys} of [first, second, sshd]) know(port, hostKeys[0]?.publicKey ?? '')
      const config = [
        `Host a\n HostName 127.0.0.1\n Port ${first.port}\n User ${me}\n IdentityFile ${key.path}`,
        `Host b\n HostName 127.0.0.1\n Port ${second.port}\n User ${me}\n IdentityFile ${key.path}\n ProxyJump a`,
        `Host inner\n HostName 127.0.0.1\n Port ${sshd.port}\n User ${me}\n IdentityFile ${locked.path}`,
      ].join('\n')
      const passphrases = new Passphrases(async () => new Secret('correct horse'))
      for (const jumps of ['b', 'a,b']) {
        const before = [first.log(), second.log()]
        const connection = await dial('inner', `${config}\n ProxyJump ${jumps}`, {passphrases})
        expect(await whoAmI(connection)).toBe(me)
        expect(first.log().slice(before[0]?.length)).toContain('Accepted publickey')
        expect(second.log().slice(before[1]?.length)).toContain('Accepted publickey')
        await connection.close()
      }
      open.length = 0
      await expect(dial('inner', `${config}\n ProxyJump b\nHost a\n ProxyJump b`)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('jump hosts'),
      })
      await expect(
        dial('gone', `${config}\nHost gone\n HostName 127.0.0.1\n Port 1\n ProxyJump a`),
      ).rejects.toMatchObject({
        code: 'REMOTE_UNREACHABLE',
        message: expect.stringContaining(`${me}@a cannot reach it`),
      })
    } finally {
      await Promise.all([first.stop(), second.stop()])
    }
  })

  it('through a proxy command; what it says when it fails is shown', async () => {
    know(sshd.port, hostKey)
    const relay = join(folder, 'relay.mjs')
    writeFileSync(
      relay,
      `import {connect} from 'node:net'
const socket = connect(Number(process.argv[3]), process.argv[2])
process.stdin.pipe(socket).pipe(process.stdout)`,
    )
    const config = `IdentityFile ${key.path}\nProxyCommand ${process.execPath} ${relay} %h %p`
    const connection = await dial(at, config)
    expect(await whoAmI(connection)).toBe(me)
    await expect(dial(at, 'ProxyCommand sh -c "echo no way >&2; exit 1"')).rejects.toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      message: expect.stringContaining('no way'),
    })
  })

  it('a connection that has gone silent is given up', async () => {
    know(sshd.port, hostKey)
    const proxy = await startCutProxy(sshd.port)
    try {
      const config = `IdentityFile ${key.path}\nHostKeyAlias silent\nServerAliveInterval 1\nServerAliveCountMax 1`
      appendFileSync(knownHosts, `silent ${hostKey}\n`)
      const connection = await dial(`${me}@127.0.0.1:${proxy.port}`, config)
      expect(await whoAmI(connection)).toBe(me)
      const closed = new Promise<void>(resolve => connection.client.once('close', resolve))
      proxy.freeze()
      await closed
      expect(connection.lost()?.message).toBe('Keepalive timeout')
    } finally {
      await proxy.close()
    }
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

describe('a host that is no proper host', () => {
  const listen = async (
    onSocket: (socket: import('node:net').Socket) => void,
  ): Promise<{port: number; close(): void}> => {
    const server = createServer(onSocket).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return {port: typeof address === 'object' && address ? address.port : 0, close: () => server.close()}
  }

  it('nothing listens', async () => {
    await expect(dial('me@127.0.0.1:1', '')).rejects.toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      message: expect.stringContaining('me@127.0.0.1:1 (127.0.0.1 port 1) cannot be reached: nothing listens there'),
    })
  })

  it('a name nobody knows', async () => {
    await expect(dial('me@no-such-host.invalid', '')).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
  })

  it('something else than SSH, something that hangs up, something that says nothing', async () => {
    const web = await listen(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const shut = await listen(socket => socket.destroy())
    const mute = await listen(() => {})
    try {
      for (const {port} of [web, shut]) {
        await expect(dial(`me@127.0.0.1:${port}`, '')).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
      }
      await expect(dial(`me@127.0.0.1:${mute.port}`, 'ConnectTimeout 1')).rejects.toMatchObject({
        code: 'REMOTE_UNREACHABLE',
        message: expect.stringContaining('did not answer within 1 s'),
      })
    } finally {
      for (const server of [web, shut, mute]) server.close()
    }
  })

  it('takes passwords only', async () => {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    const server = new ssh2.Server({hostKeys: [pair.private]}, client => {
      client.on('authentication', context => context.reject(['password', 'keyboard-interactive'])).on('error', () => {})
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as import('node:net').AddressInfo
    try {
      know(port, pair.public.trim())
      await expect(dial(`me@127.0.0.1:${port}`, '')).rejects.toMatchObject({
        code: 'SSH_REFUSED',
        message: expect.stringContaining('it takes password, keyboard-interactive only'),
      })
    } finally {
      server.close()
    }
  })
})
