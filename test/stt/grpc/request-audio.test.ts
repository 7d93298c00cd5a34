import {setImmediate} from 'node:timers/promises'
import {fromPcm16} from '@essence/core/audio/pcm'
import {maxBytes, readRequestAudio} from '@essence/core/stt/grpc/request-audio'
import {expect, it} from 'vitest'

it('lets others have their turn while the largest recording is made samples', async () => {
  const bytes = Buffer.alloc(maxBytes - 1)
  for (let at = 0; at < bytes.length; at += 4097) bytes[at] = at % 251
  let done = false
  const label = {encoding: 'pcm', sampleRate: 16_000, channels: 1}
  const sound = readRequestAudio(bytes, label, {defaultRate: 16_000, signal: new AbortController().signal}).finally(
    () => {
      done = true
    },
  )
  let turns = 0
  for (; !done; turns++) await setImmediate()
  expect(turns).toBeGreaterThan(20)
  expect(Buffer.from((await sound).buffer).equals(Buffer.from(fromPcm16(bytes).buffer))).toBe(true)
})
