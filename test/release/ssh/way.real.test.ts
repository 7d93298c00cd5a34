// Ways to a host, and hosts that are none.
import {once} from 'node:events'
import {appendFileSync, writeFileSync} from 'node:fs'
import {type AddressInfo, createServer, type Socket} from 'node:net'
import {join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import {Passphrases} from '@essence/core/release/ssh/auth/passphrases'
import ssh2 from 'ssh2'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startCutProxy} from '../../peers/cut-proxy.ts'
import {type KeyPair, makeKey, type Sshd, startSshd} from '../../peers/sshd.ts'
import {makeDialer, me, skipped, whoAmI} from './dial.ts'
import {ed25519Pair} from './ed25519-pair.ts'

const {dial, folder, hangUp, know, knownHosts} = makeDialer()

describe.skipIf(skipped)(`the way to an sshd${skipped}`, () => {
  let sshd: Sshd
  let key: KeyPair
  let locked: KeyPair
  let at: string
  let hostKey: string

  beforeAll(async () => {
    key = makeKey(folder, 'key')
    locked = makeKey(folder, 'locked', {type: 'ecdsa', passphrase: 'correct horse'})
    sshd = await startSshd(join(folder, 'sshd'), {authorized: [key.publicKey, locked.publicKey]})
    at = `${me}@127.0.0.1:${sshd.port}`
    hostKey = sshd.hostKeys[0]?.publicKey ?? ''
  })
  afterAll(() => sshd.stop())

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
        await hangUp()
      }
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
    // The second one reads nothing long before it speaks: what is written to it meets a broken pipe.
    for (const command of ['echo no way >&2; exit 1', 'exec <&-; sleep 0.5; echo no way >&2; exit 1']) {
      await expect(dial(at, `ProxyCommand sh -c "${command}"`)).rejects.toMatchObject({
        code: 'REMOTE_UNREACHABLE',
        message: expect.stringContaining('no way'),
      })
    }
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
})

describe('a host that is no proper host', () => {
  const listen = async (onSocket: (socket: Socket) => void): Promise<{port: number; close(): void}> => {
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
    const pair = ed25519Pair()
    const server = new ssh2.Server({hostKeys: [pair.private]}, client => {
      client.on('authentication', context => context.reject(['password', 'keyboard-interactive'])).on('error', () => {})
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as AddressInfo
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
