// A plugin of somebody else: linked, installed, and through it what the base command promises its subclasses.
import {cpSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {type Ended, essence, root} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()
const plugin = join(folder, 'essence-example')

const header = `import {BaseCommand} from '@essence/core/cli/base-command'
import {EssenceError} from '@essence/core/kit/errors'
import {Secret} from '@essence/core/kit/secret'
`
const body = (lines: string) => `${header}export default class Example extends BaseCommand {
  static summary = 'An example.'
  async execute() {
    ${lines}
  }
}
`

const commands: Record<string, string> = {
  talk: `this.log('result'); this.note('notice'); this.detail('detail'); this.warn('careful'); return {answer: 42}`,
  nothing: '',
  leak: `const token = new Secret('s3cr3t:"token"\\\\end').reveal()
    this.note('note ' + token); this.warn('warn ' + token)
    throw new EssenceError('REMOTE_REFUSED', 'message ' + token, {suggestions: ['step ' + token], cause: new Error('cause ' + token)})`,
  bug: `return null.x`,
  report: `this.report = {score: 1}; throw new EssenceError('UNHEALTHY', 'Not well.', {suggestions: ['Rest.']})`,
  linger: `setInterval(() => {}, 1000); throw new EssenceError('LOCKED', 'Held.')`,
}

beforeAll(() => {
  mkdirSync(join(plugin, 'commands/example'), {recursive: true})
  mkdirSync(join(plugin, 'node_modules'))
  for (const scope of ['@essence', '@oclif'])
    symlinkSync(join(root, 'node_modules', scope), join(plugin, 'node_modules', scope))
  const manifest = {
    name: 'essence-example',
    version: '1.2.3',
    type: 'module',
    files: ['commands'],
    oclif: {commands: './commands'},
  }
  writeFileSync(join(plugin, 'package.json'), JSON.stringify(manifest))
  for (const [name, lines] of Object.entries(commands))
    writeFileSync(join(plugin, 'commands/example', `${name}.js`), body(lines))
})

const cli =
  (home: string) =>
  (args: string[], env: NodeJS.ProcessEnv = {}) =>
    essence(args, {
      ESSENCE_DATA_DIR: join(folder, home),
      ESSENCE_CONFIG_DIR: join(folder, home),
      ESSENCE_CACHE_DIR: join(folder, home),
      ...env,
    })

describe('a linked plugin', () => {
  const run = cli('linked')
  let linked: Ended
  beforeAll(async () => {
    linked = await run(['plugins', 'link', plugin, '--no-install'])
  })

  it('is listed, and its commands run', async () => {
    expect(linked.status).toBe(0)
    expect((await run(['plugins'])).stdout).toContain('essence-example 1.2.3 (link)')
    expect((await run(['example', 'talk'])).stdout).toBe('result\n')
  })

  it('spoils no output with warnings about how it was built', async () => {
    expect(await run(['example', 'nothing', '--json'])).toMatchObject({status: 0, stderr: ''})
    expect(await run(['exit-codes'])).toMatchObject({status: 0, stderr: ''})
  })

  it('takes part in "did you mean"', async () => {
    expect((await run(['example', 'tlak'])).stderr).toContain('Did you mean: essence example talk')
  })

  describe('says', () => {
    it.each([
      ['results on stdout; notices and warnings on stderr', [], 'result\n', ['notice', 'careful'], ['detail']],
      ['more with --verbose', ['--verbose'], 'result\n', ['notice', 'careful', 'detail'], []],
      ['only results with --quiet', ['--quiet'], 'result\n', [], ['notice', 'careful', 'detail']],
      ['only results with -q', ['-q'], 'result\n', [], ['notice', 'careful', 'detail']],
    ])('%s', async (_, flags, results, said, unsaid) => {
      const {status, stdout, stderr} = await run(['example', 'talk', ...flags])
      expect({status, stdout}).toEqual({status: 0, stdout: results})
      for (const text of said) expect(stderr).toContain(text)
      for (const text of unsaid) expect(stderr).not.toContain(text)
    })

    it('one envelope with --json, warnings in it', async () => {
      const {status, stdout, stderr} = await run(['example', 'talk', '--json', '--verbose'])
      const envelope = {ok: true, command: 'example:talk', data: {answer: 42}, warnings: ['careful']}
      expect({status, stderr, envelope: JSON.parse(stdout)}).toEqual({status: 0, stderr: '', envelope})
    })

    it('null where a command returns nothing', async () => {
      expect(JSON.parse((await run(['example', 'nothing', '--json'])).stdout)).toMatchObject({ok: true, data: null})
    })

    it('that --quiet and --verbose do not go together', async () => {
      expect(await run(['example', 'talk', '--quiet', '--verbose'])).toMatchObject({status: 2})
    })
  })

  describe('that fails', () => {
    it.each([[[]], [['--verbose']], [['--json']], [['--json', '--verbose']]])('shows no secret: %j', async flags => {
      const {status, stdout, stderr} = await run(['example', 'leak', ...flags])
      expect(stdout + stderr).toContain('[redacted]')
      expect(stdout + stderr).not.toContain('s3cr3t')
      expect(status).toBe(5)
    })

    it('says message, code, cause and next step', async () => {
      const {stderr} = await run(['example', 'leak'])
      for (const text of ['message [redacted]', 'REMOTE_REFUSED', 'caused by: cause', 'step [redacted]']) {
        expect(stderr).toContain(text)
      }
      expect(JSON.parse((await run(['example', 'leak', '--json'])).stdout)).toMatchObject({
        ok: false,
        warnings: ['warn [redacted]'],
        error: {
          code: 'REMOTE_REFUSED',
          exit: 5,
          message: 'message [redacted]',
          suggestions: ['step [redacted]'],
          cause: 'cause [redacted]',
        },
      })
    })

    it('by a bug ends with status 1, and shows the stack only when asked', async () => {
      const [plain, verbose] = await Promise.all([run(['example', 'bug']), run(['example', 'bug', '--verbose'])])
      expect(plain).toMatchObject({status: 1, stderr: expect.stringContaining('BUG')})
      expect(plain.stderr).not.toContain('bug.js')
      expect(verbose.stderr).toContain('bug.js')
    })

    it('still hands over its report', async () => {
      const {status, stdout} = await run(['example', 'report', '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ok: false, data: {score: 1}, error: {code: 'UNHEALTHY'}})
      expect(status).toBe(6)
    })

    it('ends, even when something is left open', async () => {
      expect(await run(['example', 'linger', '--json'])).toMatchObject({status: 7})
      expect(await run(['example', 'linger'])).toMatchObject({status: 7})
    })
  })
})

describe('an installed plugin', () => {
  it('runs after plugins install file:, and is gone after plugins uninstall', async () => {
    const copy = join(folder, 'copy')
    cpSync(plugin, copy, {recursive: true, verbatimSymlinks: true})
    // Nothing to download: the folder brings what it needs.
    const run = (args: string[]) => cli('installed')(args, {npm_config_offline: 'true'})
    expect(await run(['plugins', 'install', `file:${copy}`])).toMatchObject({status: 0})
    expect(await run(['example', 'talk', '--json'])).toMatchObject({status: 0, stderr: ''})
    expect(await run(['plugins', 'uninstall', 'essence-example'])).toMatchObject({status: 0})
    expect(await run(['example', 'talk'])).toMatchObject({status: 127})
  })
})
