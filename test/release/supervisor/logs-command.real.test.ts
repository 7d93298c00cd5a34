import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {LogFile} from '@essence/core/release/supervisor/logs/log-file'
import {expect, it} from 'vitest'
import {essence} from '../../kit/run-essence.ts'
import {startEssence} from '../../kit/start-essence.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

const root = temporaryFolder()
mkdirSync(join(root, 'log'))
mkdirSync(join(root, 'telegram'))
const log = new LogFile(join(root, 'log/telegram.log'), {maxBytes: 100, files: 5})
for (let at = 0; at < 30; at++) log.write(`line ${at}`)

it('shows the last lines, and says which file they are of', async () => {
  const {stdout, status} = await essence(['logs', 'telegram', '-n', '2', '--root', root])
  expect(stdout).toBe('line 28\nline 29\n')
  expect(status).toBe(0)
  const {stdout: json} = await essence(['logs', 'telegram', '-n', '1', '--console', '--root', root, '--json'])
  expect(JSON.parse(json)).toMatchObject({
    ok: true,
    data: {hosts: [{host: 'this machine', path: join(root, 'log/telegram.console'), lines: []}]},
  })
})

it('follows through a change of files until Ctrl-C', async () => {
  const {child, said, until, ended} = startEssence(['logs', 'telegram', '-f', '-n', '1', '--root', root])
  await until('line 29\n')
  for (let at = 30; at < 50; at++) log.write(`line ${at}`)
  await until('line 49\n')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({status: 130, signal: null})
  expect(said.stdout).toBe(Array.from({length: 21}, (_, index) => `line ${29 + index}\n`).join(''))
})

it('says that a service was never deployed', async () => {
  const {stderr, status} = await essence(['logs', 'absent', '--root', root])
  expect(stderr).toContain('absent was never deployed here.')
  expect(status).toBe(2)
})
