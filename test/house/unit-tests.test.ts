// Unit tests run in a tier of their own, which stays quick because of what they may not do.
import {execFile, execFileSync, fork, spawn} from 'node:child_process'
import {globSync, readFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {connect} from 'node:net'
import {join} from 'node:path'
import {Worker} from 'node:worker_threads'
import {expect, it} from 'vitest'
import {violations} from '../setup/unit-guard.ts'
import {root} from './imports.ts'

it.each<[what: string, act: () => unknown]>([
  ['starts a process', () => spawn('true')],
  ['starts a process', () => execFile('true')],
  ['starts a process', () => fork('x.js')],
  ['starts a process', () => execFileSync('true')],
  ['starts a thread', () => new Worker('', {eval: true})],
  ['listens on a port', () => createServer().listen(0)],
  ['opens a connection', () => connect(9)],
  ['loads', () => process.dlopen({exports: {}}, '/node_modules/engine/engine.node')],
])('a unit test that %s fails: %s', (what, act) => {
  expect(act).toThrow(`A unit test ${what}`)
  expect(violations.splice(0)).toEqual([expect.stringContaining(what)])
})

it('fails, too, where the code under test takes no notice', async () => {
  await fetch('http://127.0.0.1:9999').catch(() => undefined)
  expect(violations.splice(0)).toEqual(['opens a connection'])
})

it('temporary folders come from the one helper', () => {
  const makers = globSync(['test/**/*.ts', 'plugins/*/test/**/*.ts'], {cwd: root}).filter(file =>
    readFileSync(join(root, file), 'utf8').includes(['mkd', 'temp'].join('')),
  )
  expect(makers.sort()).toEqual(['test/setup/environment.ts', 'test/temporary-folder.ts'])
})
