// Holds what a unit test is: no process, thread, port, connection or native engine. It fails where it meets one, also where the
// code under test would put up with that; then its file is to be named *.real.test.ts.
import childProcess from 'node:child_process'
import {syncBuiltinESMExports} from 'node:module'
import {Server, Socket} from 'node:net'
import workerThreads from 'node:worker_threads'
import {afterAll} from 'vitest'

/** What the tests of this file did and must not do. */
export const violations: string[] = []

const fail = (): never => {
  throw new Error(`A unit test ${violations.join(', ')}: its file is to be named *.real.test.ts.`)
}
const refuse = (what: string) => (): never => {
  violations.push(what)
  return fail()
}

Object.assign(childProcess.ChildProcess.prototype, {spawn: refuse('starts a process')})
childProcess.spawnSync = refuse('starts a process')
childProcess.execFileSync = refuse('starts a process')
childProcess.execSync = refuse('starts a process')
workerThreads.Worker = class {
  constructor() {
    refuse('starts a thread')()
  }
} as unknown as typeof workerThreads.Worker
Server.prototype.listen = refuse('listens on a port')
Socket.prototype.connect = refuse('opens a connection')
syncBuiltinESMExports()

/** Libraries that are no engine: the codecs of FFmpeg, and the parser of the tests in `house/`. */
const harmless = /\/node_modules\/@(?:seydx\/node-av|rolldown\/binding)-/
const load = process.dlopen
process.dlopen = (...args) => {
  if (harmless.test(args[1])) load(...args)
  else refuse(`loads ${args[1]}`)()
}

afterAll(() => {
  if (violations.length > 0) fail()
})
