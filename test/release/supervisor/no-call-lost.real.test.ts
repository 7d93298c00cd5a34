import {readFileSync, readlinkSync} from 'node:fs'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {expect, it} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {bundleProgram, openFixture} from './fixture.ts'

const audio = Float32Array.from({length: 1600}, (_, at) => 0.3 * Math.sin(at / 5))

/** The sockets that listen on a port, as the kernel lists them. */
const listeners = (port: number): string[] =>
  readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(
      ([, local, , state]) => state === '0A' && local?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`),
    )
    .map(fields => `socket:[${fields[9]}]`)

it('loses no call when a gRPC service is changed beside another', async () => {
  const fixture = openFixture(await bundleProgram())
  const control = await fixture.supervisor()
  const port = await freePort()
  const envFile = fixture.environment({STT_PORT: port})
  try {
    await fixture.switchTo(control, fixture.release('grpc'), {envFile})
    const client = await openRemoteRecognizer({url: `grpc://127.0.0.1:${port}`})
    let going = true
    const failures: unknown[] = []
    let calls = 0
    const caller = async (): Promise<void> => {
      while (going) {
        await client.recognize(audio).then(
          () => calls++,
          error => failures.push(`${error} ${error.cause}`),
        )
        await new Promise(resolve => setTimeout(resolve, 2))
      }
    }
    const callers = [caller(), caller(), caller()]
    await fixture.switchTo(control, fixture.release('grpc'), {envFile})
    const before = calls
    while (calls < before + 10 && failures.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    going = false
    await Promise.all(callers)
    await client.close()
    expect(failures).toEqual([])
    // It is the supervisor's socket, not one of the service's own.
    const {pid} = await control.status()
    expect(listeners(port)).toEqual([readlinkSync(`/proc/${pid}/fd/3`)])
  } finally {
    await control.stop({drainMs: 5000}, () => {})
  }
})
