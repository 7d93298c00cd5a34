// What is known of the sources, from real git repositories.
import {execFileSync} from 'node:child_process'
import {chmodSync, mkdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {planBuild} from '@essence/core/release/packaging/plan'
import {readSources} from '@essence/core/release/packaging/sources'
import {beforeEach, describe, expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

let base = ''
const git = (...args: string[]): string =>
  execFileSync('git', ['-C', base, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
    env: {...process.env, GIT_COMMITTER_DATE: '2026-11-26T14:15:48+02:00', GIT_CONFIG_GLOBAL: '/dev/null'},
  }).trim()
const put = (path: string, text: string): void => writeFileSync(join(base, path), text)

beforeEach(() => {
  base = realpathSync(temporaryFolder())
  git('init', '-q')
  put('.gitignore', 'build/\n')
  put('a.txt', 'a')
  git('add', '.')
  git('commit', '-qm', 'one')
})

describe('readSources', () => {
  it('takes commit and time from the repository', async () => {
    expect(await readSources(base)).toEqual({
      commit: git('rev-parse', 'HEAD'),
      dirty: false,
      changed: [],
      date: new Date('2026-11-26T12:15:48Z'),
    })
  })

  it('tells what differs: changed, new, removed, odd names; not what is ignored', async () => {
    put('b c.txt', 'new')
    put('ünïcode.txt', 'new')
    put('a.txt', 'changed')
    mkdirSync(join(base, 'build'))
    put('build/x.tar.gz', '')
    const {dirty, changed} = await readSources(base)
    expect({dirty, changed: changed.sort()}).toEqual({dirty: true, changed: ['a.txt', 'b c.txt', 'ünïcode.txt']})
    rmSync(join(base, 'a.txt'))
    git('add', '-A')
    expect((await readSources(base)).changed.sort()).toEqual(['a.txt', 'b c.txt', 'ünïcode.txt'])
  })

  it('takes the time from SOURCE_DATE_EPOCH where it is set', async () => {
    expect((await readSources(base, '1000000000')).date).toEqual(new Date('2001-09-09T01:46:40Z'))
    await expect(readSources(base, 'yesterday')).rejects.toMatchObject({code: 'USAGE'})
  })

  it('knows no commit below somebody else’s repository, and always has a time', async () => {
    mkdirSync(join(base, 'unpacked'))
    expect(await readSources(join(base, 'unpacked'))).toEqual({
      dirty: false,
      changed: [],
      date: new Date('1985-10-26T08:15:00Z'),
    })
  })

  it('says what git says when it does not answer', async () => {
    const usual = process.env['PATH']
    onTestFinished(() => {
      process.env['PATH'] = usual
    })
    mkdirSync(join(base, 'programs'))
    put('programs/git', '#!/bin/sh\necho "fatal: detected dubious ownership\n\ngit config it" >&2; exit 128\n')
    chmodSync(join(base, 'programs/git'), 0o755)
    process.env['PATH'] = `${join(base, 'programs')}:${usual}`
    expect(await readSources(base)).toMatchObject({
      dirty: true,
      unanswered: {
        code: 'BUILD_FAILED',
        message: expect.stringMatching(/tell its commit: fatal: detected dubious ownership · git config it$/),
      },
    })
    process.env['PATH'] = base
    expect(await readSources(base)).toMatchObject({
      dirty: true,
      unanswered: {message: expect.stringContaining('there is no git on PATH')},
    })
  })

  it('says so when the repository is damaged', async () => {
    put('.git/index', 'damaged')
    expect(await readSources(base)).toMatchObject({
      dirty: true,
      unanswered: {code: 'BUILD_FAILED', message: expect.stringContaining('index')},
    })
    rmSync(join(base, '.git'), {recursive: true})
    mkdirSync(join(base, '.git'))
    expect(await readSources(base)).toMatchObject({dirty: true, unanswered: {code: 'BUILD_FAILED'}})
  })

  it('knows that there is no commit yet', async () => {
    rmSync(join(base, '.git'), {recursive: true})
    git('init', '-q')
    expect(await readSources(base)).toEqual({
      dirty: true,
      changed: ['.gitignore', 'a.txt'],
      date: new Date('1985-10-26T08:15:00Z'),
    })
  })
})

describe('planBuild', () => {
  const request = () => ({checkout: base, service: 'lamp', linked: [], gpu: 'cpu' as const, requireClean: true})
  const checkout = (): void => {
    for (const folder of ['bin', 'plugins/lamp']) mkdirSync(join(base, folder), {recursive: true})
    put('bin/setup.sh', '')
    put('package.json', JSON.stringify({name: 'essence', version: '1.2.3', engines: {node: '>=22.19'}}))
    put('plugins/lamp/package.json', JSON.stringify({name: '@essence/plugin-lamp', essence: {engines: ['tts']}}))
    put('plugins/lamp/oclif.manifest.json', JSON.stringify({commands: {lamp: {}}}))
  }

  it('refuses changed sources where clean ones are required', async () => {
    checkout()
    await expect(planBuild(request())).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(/differ from their commit: .*bin\//),
    })
    git('add', '-A')
    git('commit', '-qm', 'two')
    expect(await planBuild(request())).toMatchObject({engines: ['tts'], version: '1.2.3', sources: {dirty: false}})
  })

  it('refuses sources without a commit where clean ones are required, and those git does not answer for', async () => {
    checkout()
    put('.git/index', 'damaged')
    await expect(planBuild(request())).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('git does not tell its commit'),
    })
    expect(await planBuild({...request(), requireClean: false})).toMatchObject({sources: {dirty: true}})
    rmSync(join(base, '.git'), {recursive: true})
    await expect(planBuild(request())).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('have no commit'),
    })
    expect(await planBuild({...request(), requireClean: false})).toMatchObject({sources: {dirty: false}})
  })

  it.each([
    ['all', ['stt', 'tts', 'llm']],
    ['none', []],
    ['llm, stt', ['stt', 'llm']],
  ])('--engines %s', async (engines, expected) => {
    checkout()
    expect((await planBuild({...request(), requireClean: false, engines})).engines).toEqual(expected)
  })

  it.each(['all', 'none'])('--engines %s does not take from a service what it keeps itself', async engines => {
    checkout()
    put('plugins/lamp/package.json', JSON.stringify({name: '@essence/plugin-lamp', essence: {engines: ['store']}}))
    expect((await planBuild({...request(), requireClean: false, engines})).engines).toContain('store')
  })

  it('names a tarball that is not there yet', async () => {
    checkout()
    const plan = () => planBuild({...request(), requireClean: false, output: base})
    const {destination} = await plan()
    writeFileSync(destination, '')
    expect((await plan()).destination > destination).toBe(true)
  })

  it('refuses a folder without sources', async () => {
    await expect(planBuild(request())).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('holds no sources of Essence'),
    })
  })
})
