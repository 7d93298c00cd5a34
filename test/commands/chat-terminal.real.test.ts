// `essence chat` on a terminal, which `script` of util-linux makes.
import {spawn} from 'node:child_process'
import {stripVTControlCharacters} from 'node:util'
import {expect, it, onTestFinished} from 'vitest'
import {findProgram} from '../../src/kit/process/find-program.ts'
import {followOutput} from '../kit/follow-output.ts'
import {runScript} from '../kit/run-essence.ts'
import {commandFolder, mocks} from './command-folder.ts'

const {folder, env} = commandFolder()
const found = await findProgram(['script'])

const chat = () => {
  const command = `'${process.execPath}' '${runScript}' chat`
  const child = spawn(found?.path ?? '', ['-qefc', command, '/dev/null'], {
    cwd: folder,
    env: {PATH: process.env['PATH'], HOME: folder, TERM: 'xterm', NO_COLOR: '1', ...env, ...mocks},
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {child, ...followOutput(child)}
}

/** As it is read: without what moves the cursor. */
const plain = (text: string): string => stripVTControlCharacters(text).replaceAll('\r', '')

const terminal = found ? it : it.skip
const why = found ? '' : ' (skipped: no program script)'

terminal(`says how it ends, answers pasted lines one after the other, and leaves the prompt's line${why}`, async () => {
  const {child, until, ended} = chat()
  await until('you   ', 'stdout')
  child.stdin.write('one\rtwo\r')
  await until('You said: two', 'stdout')
  child.stdin.write('\u0003')
  const {stdout, status} = await ended
  const text = plain(stdout)
  expect(text).toContain(
    'June answers by text: mock on cpu.\nMemory is off.\nVoice is off; to hear June: essence up\nCtrl-C stops',
  )
  expect(text.replaceAll(/(you {3})+/g, 'you   ')).toMatch(
    /you {3}one\njune {2}You said: one\nyou {3}two\njune {2}You said: two\nyou {3}\n$/,
  )
  expect(status).toBe(0)
})
