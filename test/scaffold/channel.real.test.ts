// A channel of a third party, outside the checkout: what it was told is answered once, whatever ends it.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {copyFileSync, existsSync, readFileSync, rmSync, symlinkSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {beforeAll, expect, it, onTestFinished} from 'vitest'
import {freePort} from '../kit/free-port.ts'
import {essence, root, runProgram, runScript} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const base = temporaryFolder()
const folder = join(base, 'letter-box')
const answers = join(base, 'answers')
const env = {
  ...{HOME: base, ESSENCE_DATA_DIR: join(base, 'data'), JUNE_DATA_DIR: join(base, 'june'), ANSWERS: answers},
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  ENV_SH: '/dev/null',
}

beforeAll(async () => {
  expect((await essence(['generate', 'plugin', 'letter-box'], env, base)).status).toBe(0)
  copyFileSync(join(import.meta.dirname, 'letter-box/service.ts.txt'), join(folder, 'src/service.ts'))
  // Its own test is of the service that was there.
  rmSync(join(folder, 'test'), {recursive: true})
  // As by `npm install zod`.
  symlinkSync(join(root, 'node_modules/zod'), join(folder, 'node_modules/zod'))
  const compiled = await runProgram(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], env, folder)
  expect(compiled).toEqual({status: 0, stdout: '', stderr: ''})
  expect((await essence(['plugins', 'link', folder, '--no-install'], env, base)).status).toBe(0)
})

const given = (): string[] => (existsSync(answers) ? readFileSync(answers, 'utf8').split('\n').filter(Boolean) : [])

const start = async () => {
  const port = await freePort()
  const environment = {...env, LETTER_BOX_PORT: String(port)}
  const service = spawn(process.execPath, [runScript, 'letter-box'], {cwd: base, env: environment, stdio: 'ignore'})
  const ended = once(service, 'close')
  onTestFinished(() => void service.kill('SIGKILL'))
  const post = (letter: object) =>
    fetch(`http://127.0.0.1:${port}/letters`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(letter),
    }).then(
      ({status}) => status,
      () => 0,
    )
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          answer => answer.status,
          () => 0,
        ),
      {timeout: 30_000},
    )
    .toBe(200)
  return {post, ended, kill: (signal: NodeJS.Signals) => service.kill(signal)}
}

it('a channel outside the checkout neither loses nor doubles an answer', async () => {
  const first = await start()
  for (const id of ['1', '2', '3']) expect(await first.post({id, from: 'ada', text: `letter ${id}`})).toBe(202)
  expect(await first.post({id: '4', from: 'bob', text: 'letter 4'})).toBe(202)
  first.kill('SIGKILL')
  await first.ended
  const second = await start()
  // It comes again, as a platform repeats what it is not sure of.
  expect(await second.post({id: '2', from: 'ada', text: 'letter 2'})).toBe(202)
  await expect.poll(() => given().length, {timeout: 20_000}).toBe(4)
  second.kill('SIGTERM')
  expect(await second.ended).toEqual([0, null])
  expect(given().filter(line => line.includes('ada'))).toEqual(
    ['1', '2', '3'].map(id => JSON.stringify({to: 'ada', text: `You wrote: letter ${id}`})),
  )
})
