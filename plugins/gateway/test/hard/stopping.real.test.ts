// SIGTERM while one turn runs, one is streamed to a socket, and one waits.
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {bindPort} from '@essence/core/release/supervisor/ports/port-handle'
import {describe, expect, it, onTestFinished} from 'vitest'
import {followOutput} from '../../../../test/kit/follow-output.ts'
import {freePort} from '../../../../test/kit/free-port.ts'
import {type Line, linesOf, postText} from '../open-gateway.ts'
import {connected} from '../seed/seed-gateway.ts'

/** @param fd of a socket that listens, handed down as a supervisor does */
const start = async (drainMs: number, fd?: number) => {
  const file = join(import.meta.dirname, 'stopping-gateway.ts')
  const command = [process.execPath, '--conditions=essence-source', file, `${drainMs}`]
  const child = spawn('sh', ['-c', 'LISTEN_PID=$$ exec "$@"', 'sh', ...command], {
    env: {...process.env, ...(fd && {LISTEN_FDS: '1', LISTEN_FDNAMES: 'GATEWAY_PORT'})},
    stdio: ['pipe', 'pipe', 'pipe', fd ?? 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin?.on('error', () => {})
  const {until, ended} = followOutput(child)
  const [, address = ''] = await until(/at (http:\S+)\./)
  return {child, until, ended, address}
}

/** The lines of a turn so far, and all of them. */
const follow = async (address: string, text: string) => {
  const lines: Line[] = []
  const response = await postText(address, {text, speak: false})
  const whole = (async () => {
    // A refusal has no end of line.
    if (response.status !== 200) lines.push((await response.json()) as Line)
    else for await (const line of linesOf(response)) lines.push(line)
    return lines
  })()
  whole.catch(() => {})
  return {status: response.status, lines, whole}
}

/** A gateway with all three under way. */
const busy = async (drainMs: number) => {
  const gateway = await start(drainMs)
  const running = await follow(gateway.address, 'This')
  await expect.poll(() => running.lines.length, {timeout: 10_000}).toBeGreaterThan(0)
  const socket = await connected(gateway.address)
  socket.send({text: 'That', stream: true})
  await socket.until('delta')
  const waiting = await follow(gateway.address, 'The other')
  await expect.poll(() => waiting.lines[0]?.type, {timeout: 10_000}).toBe('waiting')
  gateway.child.kill('SIGTERM')
  await gateway.until('draining')
  return {...gateway, running, socket, waiting}
}

describe('a gateway that is told to stop', () => {
  it('finishes what was begun, and what waits, and ends', async () => {
    const {child, address, ended, running, socket, waiting} = await busy(60_000)
    // What is asked meanwhile is answered as well, or refused; it is not lost.
    const late = await follow(address, 'Late')
    child.stdin?.write('go\n')
    expect((await running.whole).at(-1)).toMatchObject({type: 'done', text: 'This begins, and ends.'})
    expect((await socket.until('response')).at(-1)).toMatchObject({text: 'That begins, and ends.'})
    expect(await socket.closed).toBe(1001)
    expect((await waiting.whole).at(-1)).toMatchObject({type: 'done', text: 'The other begins, and ends.'})
    const last = (await late.whole).at(-1)
    expect(last?.['text'] ?? last?.['error']).toEqual(
      late.status === 200 ? 'Late begins, and ends.' : expect.objectContaining({code: 'ENGINE_BUSY'}),
    )
    expect(await ended).toMatchObject({status: 0, signal: null})
  })

  it('tells those that do not end in time, and ends', async () => {
    const {ended, running, waiting} = await busy(500)
    expect((await running.whole).at(-1)).toMatchObject({type: 'error', code: 'CANCELLED'})
    expect((await waiting.whole).at(-1)).toMatchObject({type: 'error', code: 'CANCELLED'})
    expect(await ended).toMatchObject({status: 0, signal: null})
  })
  it('hands over to one beside it: what it had begun ends, and no request is lost', async () => {
    const port = await freePort()
    const bound = bindPort('127.0.0.1', port)
    if (typeof bound === 'number') throw new Error('The port is taken.')
    const address = `http://127.0.0.1:${port}`
    const old = await start(60_000, bound.fd)
    const running = await follow(address, 'This')
    await expect.poll(() => running.lines.length, {timeout: 10_000}).toBeGreaterThan(0)
    const next = await start(60_000, bound.fd)
    const answers: unknown[] = []
    let asks = true
    const asking = (async () => {
      while (asks) {
        answers.push(
          await fetch(`${address}/api/status`).then(
            ({status}) => status,
            error => error,
          ),
        )
      }
    })()
    old.child.kill('SIGTERM')
    await old.until('draining')
    old.child.stdin?.write('go\n')
    expect((await running.whole).at(-1)).toMatchObject({type: 'done', text: 'This begins, and ends.'})
    expect(await old.ended).toMatchObject({status: 0})
    const before = answers.length
    await expect.poll(() => answers.length, {timeout: 10_000}).toBeGreaterThan(before + 5)
    asks = false
    await asking
    expect(answers.filter(answer => answer !== 200)).toEqual([])
    next.child.kill('SIGTERM')
    expect(await next.ended).toMatchObject({status: 0})
    bound.close()
  })
})
