import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {withCancel} from '@essence/core/kit/cancel'
import {afterEach, describe, expect, it} from 'vitest'
import {root} from './run-essence.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A process that runs `withCancel` on a piece of work given as text, and says on stdout when it began and what came of it. */
const start = (work: string) => {
  const source = `
    import {withCancel} from '@essence/core/kit/cancel'
    const say = text => process.stdout.write(text + '\\n')
    await withCancel(async signal => { setTimeout(say, 0, 'began'); ${work} }).then(
      value => say('gave ' + value),
      error => { say(error.code); process.exit(error.exit) },
    )
    say('listeners ' + process.listenerCount('SIGINT'))`
  const args = ['--conditions=essence-source', '--input-type=module', '-e', source]
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  children.push(child)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text
  })
  const began = once(child.stdout, 'data')
  const ended = once(child, 'close').then(([status, signal]) => ({status, signal, output}))
  return {child, began, ended}
}

/** Half a minute of work on a thread of libuv's pool, which process.exit waits for: as when a model is being loaded. */
const inPool = `await new Promise(done => crypto.pbkdf2('a', 'b', 5e7, 64, 'sha512', done))`
const asPool = `const crypto = await import('node:crypto'); ${inPool}`

describe('withCancel', () => {
  it('gives what the work gives, and leaves no handler behind', async () => {
    const before = process.listenerCount('SIGINT')
    expect(await withCancel(async signal => signal.aborted)).toBe(false)
    await expect(withCancel(async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(process.listenerCount('SIGINT')).toBe(before)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('%s aborts the work, which may tidy up', async name => {
    const {child, began, ended} = start(
      `const alive = setInterval(() => {}, 1e6); await new Promise(done => signal.addEventListener('abort', done)); await new Promise(setImmediate); say('tidy'); throw signal.reason`,
    )
    await began
    child.kill(name)
    expect(await ended).toEqual({status: 130, signal: null, output: 'began\ntidy\nCANCELLED\n'})
  })

  it('does not wait for work that cannot stop, also not for its threads', async () => {
    const {child, began, ended} = start(asPool)
    await began
    child.kill('SIGINT')
    expect(await ended).toEqual({status: null, signal: 'SIGINT', output: 'began\nCANCELLED\n'})
  })

  it('ends at once on a second signal', async () => {
    const {child, began, ended} = start(`signal.addEventListener('abort', () => say('aborted')); ${asPool}`)
    await began
    child.kill('SIGTERM')
    await once(child.stdout ?? child, 'data')
    child.kill('SIGTERM')
    expect(await ended).toEqual({status: null, signal: 'SIGTERM', output: 'began\naborted\n'})
  })
})
