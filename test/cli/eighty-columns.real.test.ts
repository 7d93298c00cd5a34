// What is printed fits a terminal of 80 columns.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {displayWidth} from '@essence/core/kit/display-width'
import {beforeAll, describe, expect, it} from 'vitest'
import {commandFolder} from '../commands/command-folder.ts'
import {essence, root, runProgram} from '../kit/run-essence.ts'

const {folder, env} = commandFolder()

const manifests = ['.', ...readdirSync(join(root, 'plugins')).map(name => join('plugins', name))]
const ids = manifests.flatMap(path =>
  Object.keys(JSON.parse(readFileSync(join(root, path, 'oclif.manifest.json'), 'utf8')).commands as object),
)
const topics = [...new Set(ids.filter(id => id.includes(':')).map(id => id.split(':')[0] ?? ''))]

const tooLong = (text: string): string[] => text.split('\n').filter(line => displayWidth(line) > 80)

describe('help', () => {
  const all = [...ids, ...topics, '']
  let helps: string[] = []
  // In one process: to begin one takes ten times as long as to show the help of a command.
  beforeAll(async () => {
    const script = `import {run} from '@oclif/core'
      for (const id of ${JSON.stringify(all)}) {
        await run([...id.split(':').filter(Boolean), '--help'], ${JSON.stringify(root)})
        process.stdout.write('\\0')
      }`
    const args = ['--input-type=module', '--eval', script]
    const {status, stdout, stderr} = await runProgram(process.execPath, args, {NO_COLOR: '1'}, root)
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    helps = stdout.split('\0')
  })

  it.each(all)('of %j', id => {
    const help = helps[all.indexOf(id)] ?? ''
    expect(help.trim()).not.toBe('')
    expect(tooLong(help)).toEqual([])
  })

  it('of all of it, called by a path', async () => {
    const {stdout} = await essence([], {...env, ESSENCE_CALLED_AS: './bin/essence'})
    expect(stdout).toContain('./bin/essence models download --all')
    expect(tooLong(stdout)).toEqual([])
  })

  it('names every command of ours in a group, and first what to begin with', async () => {
    const {stdout} = await essence([])
    expect(stdout).toMatch(
      /BEGIN WITH\n {2}\$ essence up .*\n {2}\$ essence models download --all .*\n {2}\$ essence doctor /,
    )
    const [grouped = '', more = ''] = stdout.split('\nMORE\n')
    const named = (text: string): string[] => [...text.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = '']) => name)
    const ours = [...new Set(ids.map(id => id.split(':')[0] ?? ''))]
    expect([...named(grouped), ...named(more)]).toEqual(expect.arrayContaining(ours))
    expect(named(more)).toEqual(['autocomplete', 'exit-codes', 'generate', 'help', 'plugins'])
  })
})

describe('lists', () => {
  it.each([
    [['config', 'STT_VAD_MODEL']],
    [['doctor']],
    [['exit-codes']],
    [['models', 'download', '--all', '--dry-run']],
    [['models', 'list']],
    [['models', 'status']],
    [['models', 'prune', '--dry-run']],
    [['test-mode']],
    [['voices']],
  ])('of %j', async args => {
    const {stdout} = await essence(args, {...env, JUNE_TEST_MODE: args[0] === 'voices' ? undefined : 'mock'}, folder)
    expect(stdout).not.toBe('')
    expect(tooLong(stdout)).toEqual([])
  })
})
