import {setImmediate} from 'node:timers/promises'
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {anyFrame} from './any-frame.ts'
import {connected, openSeed, told} from './seed-gateway.ts'

/** Frames in all: VITEST_CASES=20000 npm test -- plugins/gateway/test/seed/frames */
const cases = Number(process.env['VITEST_CASES'] ?? 3000)
const perSocket = 20

it('whatever frames come, it answers, and when they are gone nothing is left', {timeout: 600_000}, async () => {
  const engines = scriptedEngines()
  await using gateway = await openSeed(engines)
  const frames = fc.array(
    fc.oneof({weight: 4, arbitrary: anyFrame}, {weight: 1, arbitrary: fc.uint8Array({maxLength: 300})}),
    {
      minLength: perSocket,
      maxLength: perSocket,
    },
  )
  await fc.assert(
    fc.asyncProperty(frames, fc.boolean(), async (all, leaves) => {
      const client = await connected(gateway.address)
      for (const frame of all) client.send(frame)
      if (leaves) return client.socket.terminate()
      client.send({type: 'ping'})
      const messages = await client.until('pong')
      expect(messages.at(-1)?.type).toBe('pong')
      for (const message of messages) expect(message['code']).not.toBe('BUG')
      client.socket.close()
      await client.closed
    }),
    {numRuns: Math.ceil(cases / perSocket)},
  )
  const left = async () => (await told(await fetch(`${gateway.address}/status`))).active_connections
  await expect.poll(left, {timeout: 10_000}).toBe(0)
  await setImmediate()
  expect(engines.trace.running.size).toBe(0)
  expect(await (await fetch(`${gateway.address}/metrics`)).text()).toMatch(/^june_turns_waiting 0$/m)
})
