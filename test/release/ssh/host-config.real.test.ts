import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {readConfigFiles, wordsOf} from '@essence/core/release/ssh/config/config-file'
import {parseDestination} from '@essence/core/release/ssh/config/destination'
import {type HostConfig, hostConfigOf, resolveHost} from '@essence/core/release/ssh/config/host-config'
import {parseSshOutput} from '@essence/core/release/ssh/config/ssh-program'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

const folder = temporaryFolder()
const file = join(folder, 'config')
const home = userInfo().homedir
const noSsh = spawnSync('ssh', ['-V']).error ? ' (skipped: no ssh)' : ''

const write = (text: string): string => {
  writeFileSync(file, text)
  return file
}
const resolve = (
  text: string,
  destination: string,
  {ssh, env = {}}: {ssh?: false; env?: NodeJS.ProcessEnv} = {},
): Promise<HostConfig> =>
  resolveHost(parseDestination(destination), {
    configFile: write(text),
    env: {PATH: process.env['PATH'], ...env},
    ...(ssh === false ? {ssh} : {}),
  })

const everything = `
# What a person has
Host web
  HostName 127.0.0.1
  Port = 2222
  User june
  IdentityFile ~/.ssh/a
  IdentityFile "%d/keys/b_%r@%h"
  IdentitiesOnly yes
  ProxyJump me@jump:2200,j2
  UserKnownHostsFile ${folder}/kh1 "${folder}/with space" ~/kh_%k
  HostKeyAlias webalias
  StrictHostKeyChecking accept-new
  ConnectTimeout 7
  ServerAliveInterval 15
Host pc*,x !pcx
  ProxyCommand "nc" -X 5 %h %p # to there
Host w?b *
  User nobody
  HashKnownHosts yes
  IdentityAgent \${HOME}/agent
  RevokedHostKeys ~/revoked
  AddressFamily inet
`

describe('SSH configuration', () => {
  describe.each([
    ['as ssh -G tells it', undefined],
    ['read without the ssh program', false],
  ] as const)('%s', (_, ssh) => {
    const title = ssh === undefined ? noSsh : ''
    it.skipIf(title)(`everything of a host${title}`, async () => {
      expect(await resolve(everything, 'web', {...(ssh === false ? {ssh} : {}), env: {HOME: '/somewhere'}})).toEqual({
        name: 'june@web',
        hostName: '127.0.0.1',
        port: 2222,
        user: 'june',
        identityFiles: [`${home}/.ssh/a`, `${home}/keys/b_june@127.0.0.1`],
        identitiesOnly: true,
        agent: '/somewhere/agent',
        knownHosts: [`${folder}/kh1`, `${folder}/with space`, `${home}/kh_webalias`],
        globalKnownHosts: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
        hostKeyAlias: 'webalias',
        revokedHostKeys: `${home}/revoked`,
        hashKnownHosts: true,
        acceptNew: true,
        jumps: ['me@jump:2200', 'j2'],
        proxyCommand: undefined,
        family: 4,
        connectMs: 7000,
        aliveMs: 15_000,
        aliveMax: 3,
      })
    })

    it.skipIf(title)(`a proxy command, its placeholders filled in; user and port of --host first${title}`, async () => {
      const text = 'Host pc1\n ProxyCommand nc -X 5 %h %p\n User june\n Port 23\n'
      expect(await resolve(text, 'root@pc1:24', ssh === false ? {ssh} : {})).toMatchObject({
        name: 'root@pc1:24',
        user: 'root',
        port: 24,
        jumps: [],
        proxyCommand: 'nc -X 5 pc1 24',
        acceptNew: false,
        connectMs: 20_000,
      })
    })

    it.skipIf(title)(`agents: SSH_AUTH_SOCK, none, a variable${title}`, async () => {
      const options = {...(ssh === false ? {ssh} : {}), env: {SSH_AUTH_SOCK: '/run/a', OTHER: '/run/b'}}
      const agentOf = async (setting: string): Promise<unknown> => (await resolve(setting, 'web', options)).agent
      expect(await agentOf('')).toBe('/run/a')
      expect(await agentOf('IdentityAgent SSH_AUTH_SOCK')).toBe('/run/a')
      expect(await agentOf('IdentityAgent none')).toBeUndefined()
      expect(await agentOf('IdentityAgent $OTHER')).toBe('/run/b')
      expect(await agentOf('IdentityAgent $NOT_SET')).toBeUndefined()
      expect(await agentOf('IdentityAgent ~/a')).toBe(`${home}/a`)
    })

    it.skipIf(title)(`Include of several files${title}`, async () => {
      mkdirSync(join(folder, 'd'), {recursive: true})
      writeFileSync(join(folder, 'd/1.conf'), 'Host web\n Port 1001\n')
      writeFileSync(join(folder, 'd/2.conf'), 'Port 1002\nUser two\n')
      const text = `Host other\n Include ${folder}/none.conf\nHost *\n Include ${folder}/d/*.conf\n`
      expect(await resolve(text, 'web', ssh === false ? {ssh} : {})).toMatchObject({port: 1001, user: 'two'})
      expect(await resolve(text, 'db', ssh === false ? {ssh} : {})).toMatchObject({port: 1002, user: 'two'})
    })

    it
      .skipIf(title)
      .each(['IdentityFile ~/.ssh/%Z', 'ProxyUseFdpass yes\nProxyCommand x', `IdentityFile $\{NOT_SET}/x`])(
      'refuses what it cannot do: %s',
      async text => {
        await expect(resolve(text, 'web', ssh === false ? {ssh} : {})).rejects.toMatchObject({code: 'CONFIG_INVALID'})
      },
    )
  })

  it('Match is not guessed at without the ssh program', async () => {
    await expect(resolve('Match exec "true"\n Port 1\n', 'web', {ssh: false})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${file}:1 has a Match block`),
    })
    expect(await resolve('Match all\n Port 1001\n', 'web', {ssh: false})).toMatchObject({port: 1001})
  })

  it.skipIf(noSsh)(`what ssh finds wrong is passed on${noSsh}`, async () => {
    await expect(resolve('Port nonsense\n', 'web')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${file} line 1`),
    })
  })

  it('a file that was named and is not there', async () => {
    await expect(resolveHost({host: 'web'}, {configFile: join(folder, 'none')})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })

  it('words of a line', () => {
    expect(wordsOf('  User=june')).toEqual(['User', 'june'])
    expect(wordsOf('User "a b" c # no')).toEqual(['User', 'a b', 'c'])
    expect(wordsOf('# User x')).toEqual([])
  })

  it.skipIf(noSsh)(`our reader and ssh agree on generated files${noSsh}`, async () => {
    const name = fc.constantFrom('web', 'db', 'web.example.org', 'w*', '*', '!db', '?eb', '*.org', '!web*')
    const setting = fc.constantFrom(
      'Port 2201',
      'Port=2202',
      'User june',
      'user "root"',
      'HostName 10.0.0.1',
      'HostName %h.example.org',
      'IdentityFile ~/.ssh/one',
      'IdentityFile "~/.ssh/two"',
      'IdentitiesOnly yes',
      'UserKnownHostsFile /tmp/a /tmp/b',
      'ProxyJump jump',
      'HostKeyAlias alias',
      'HashKnownHosts yes',
      'StrictHostKeyChecking accept-new',
      'ConnectTimeout 5',
      '# Port 9',
    )
    const block = fc
      .tuple(fc.array(name, {minLength: 1, maxLength: 3}), fc.array(setting, {maxLength: 5}))
      .map(([names, settings]) => [`Host ${names.join(' ')}`, ...settings.map(line => `  ${line}`)].join('\n'))
    const text = fc
      .tuple(fc.array(setting, {maxLength: 2}), fc.array(block, {maxLength: 4}))
      .map(([head, blocks]) => [...head, ...blocks, ''].join('\n'))
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('web', 'db', 'web.example.org'), async (text, host) => {
        write(text)
        const place = {env: {}, home}
        const ours = hostConfigOf(await readConfigFiles([file], host, place), {host}, place)
        const output = execFileSync('ssh', ['-T', '-F', file, '-G', host], {encoding: 'utf8', stdio: 'pipe'})
        const theirs = hostConfigOf(parseSshOutput(output), {host}, place)
        // ssh looks for more kinds of keys where none is named.
        const known = ours.identityFiles.some(path => path.endsWith('one') || path.endsWith('two'))
        expect({...ours, identityFiles: known ? ours.identityFiles : theirs.identityFiles}).toEqual(theirs)
      }),
      {numRuns: 60},
    )
  })
})
