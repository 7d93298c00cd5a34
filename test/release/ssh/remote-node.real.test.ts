import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fittingNode, lookAround, NoFittingNode} from '@essence/core/release/ssh/transfer/remote-node'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {type KeyPair, makeKey, startSshd} from '../../peers/sshd.ts'
import {makeDialer, me, skipped} from './dial.ts'

const {dial, folder, know} = makeDialer()

describe.skipIf(skipped)(`looking around on a host${skipped}`, () => {
  let key: KeyPair
  beforeAll(() => {
    key = makeKey(folder, 'key')
  })

  /** Logs in to an account that runs this instead of what it is asked. */
  const account = async (name: string, script: string) => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`, {mode: 0o755})
    const sshd = await startSshd(join(folder, `sshd-${name}`), {
      authorized: [key.publicKey],
      settings: [`ForceCommand ${path}`],
    })
    onTestFinished(sshd.stop)
    know(sshd.port, sshd.hostKeys[0]?.publicKey)
    return dial(`${me}@127.0.0.1:${sshd.port}`, `IdentityFile ${key.path}`)
  }
  /** A Node.js of some version: what it answers is all that is asked of it. */
  const fakeNode = (place: string, version: string): string => {
    mkdirSync(join(folder, place), {recursive: true})
    writeFileSync(join(folder, place, 'node'), `#!/bin/sh\necho v${version}\n`, {mode: 0o755})
    return join(folder, place)
  }
  const asked = 'exec sh -c "$SSH_ORIGINAL_COMMAND"'

  it('an old Node.js on PATH, a new one for login shells, whose start files talk', async () => {
    const [old, fresh] = [fakeNode('old', '20.20.2'), fakeNode('fresh', '24.1.0')]
    const login = join(folder, 'login')
    writeFileSync(login, `#!/bin/sh\necho welcome; PATH=${fresh}:$PATH; shift; exec sh "$@"\n`, {mode: 0o755})
    const connection = await account('versions', `PATH=${old}:$PATH SHELL=${login} ${asked}`)
    const place = await lookAround(connection, undefined, 'digest')
    expect(place.nodes).toEqual([
      {version: '20.20.2', path: join(old, 'node')},
      {version: '24.1.0', path: join(fresh, 'node')},
    ])
    expect(fittingNode(place)).toBe(join(fresh, 'node'))
  })

  it('one that an earlier deploy brought; programs that are none are passed over', async () => {
    const root = join(folder, 'june')
    const bad = join(folder, 'bad')
    for (const path of [join(root, '.node'), join(root, '.host'), bad]) mkdirSync(path, {recursive: true})
    writeFileSync(join(bad, 'node'), '#!/bin/sh\nexit 1\n', {mode: 0o755})
    writeFileSync(join(root, '.host/digest.mjs'), '')
    symlinkSync(join(fakeNode('brought', '24.2.0'), 'node'), join(root, '.node/abc'))
    const connection = await account('brought-node', `PATH=${bad}:$PATH ${asked}`)
    expect(await lookAround(connection, root, 'digest')).toMatchObject({
      root,
      nodes: [{version: '24.2.0', path: join(root, '.node/abc')}],
      hasProgram: true,
    })
    expect(await lookAround(connection, root, 'other')).toMatchObject({hasProgram: false})
  })

  it('what is there is told where nothing fits', () => {
    const nodes = [{version: '20.20.2', path: '/usr/bin/node'}]
    const place = {root: '/june', system: 'Linux x86_64', nodes, hasProgram: false}
    expect(new NoFittingNode('me@web', place).message).toBe(
      'me@web (Linux x86_64) needs Node.js >=22.19; it has 20.20.2 (/usr/bin/node).',
    )
  })

  it('an account without a shell', async () => {
    const connection = await account('no-shell', 'echo This account is currently not available.; exit 1')
    await expect(lookAround(connection, undefined, 'digest')).rejects.toMatchObject({
      code: 'RELEASE_UNFIT',
      message: expect.stringContaining(
        'gives no shell to work with; it said: This account is currently not available.',
      ),
    })
  })

  it('an account whose shell never comes to the point', async () => {
    const connection = await account('waits', 'exec sleep 60')
    await expect(lookAround(connection, undefined, 'digest', 200)).rejects.toMatchObject({code: 'TIMED_OUT'})
  })
})
