import {runProgram} from '@essence/core/kit/process/run-program'
import {describe, expect, it} from 'vitest'

const sh = (script: string, options: Partial<Parameters<typeof runProgram>[2]> = {}) =>
  runProgram('/bin/sh', ['-c', script], {timeoutMs: 30_000, ...options})

describe('runProgram', () => {
  it('gives what a program writes, in its folder and with no other environment than the one given', async () => {
    const ran = await sh('pwd; echo "$A$HOME"; echo aside >&2', {cwd: '/', env: {A: 'a'}})
    expect(ran).toEqual({stdout: '/\na\n', stderr: 'aside\n'})
  })

  it.each([
    ['exit 3', {}, 'ended with 3'],
    ['kill -TERM $$', {}, 'was ended by SIGTERM'],
    ['exec sleep 30', {timeoutMs: 100}, 'did not end within 0.1 s'],
    ['yes', {}, /^failed: .*maxBuffer/],
  ])('says why it failed (%s)', async (script, options, failure) => {
    expect((await sh(script, options)).failure).toEqual(
      typeof failure === 'string' ? failure : expect.stringMatching(failure),
    )
  })

  it('says why it did not begin', async () => {
    const {failure} = await runProgram('/no/such/program', [], {timeoutMs: 1000})
    expect(failure).toBe('failed: spawn /no/such/program ENOENT')
  })

  it('kills it when it is cancelled', async () => {
    const stop = new AbortController()
    const running = sh('trap "" TERM; sleep 30 & wait', {signal: stop.signal})
    setTimeout(() => stop.abort('enough'), 50)
    await expect(running).rejects.toMatchObject({code: 'CANCELLED', cause: 'enough'})
    await expect(sh('exit', {signal: stop.signal})).rejects.toMatchObject({code: 'CANCELLED'})
  })
})
