import {PassThrough} from 'node:stream'
import {openOpusPacketEncoder} from '@essence/core/audio/encode/opus-packets'
import {expect, it, onTestFinished} from 'vitest'
import {silenceFrame} from '../../../../test/peers/discord-voice/person.ts'
import {PersonLine} from '../../src/voice-channel/person-line.ts'
import {tone} from './open-voice.ts'

const openLine = async () => {
  let now = 1000
  let heard = 0
  let quietMs = 0
  let read = 0
  const line = new PersonLine({
    hear: audio => {
      heard += audio.length
      if (audio.every(sample => sample === 0)) quietMs += audio.length / 16
    },
    onRead: () => read++,
    now: () => now,
  })
  onTestFinished(() => line.close())
  const packets = new PassThrough({objectMode: true})
  await line.read(packets)
  const encoder = await openOpusPacketEncoder()
  const sound = encoder.push(tone(300, 2000))
  encoder.close()
  const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  return {
    line,
    heardMs: () => heard / 16,
    quietMs: () => quietMs,
    read: () => read,
    /** Time goes on, and these packets come, one every 20 ms; `undefined`: it got lost. */
    async come(...given: (Buffer | undefined)[]): Promise<void> {
      for (const packet of given) {
        now += 20
        if (packet) packets.write(packet)
        await settle()
        line.tick()
      }
    },
    sound: (count: number): Buffer[] => sound.slice(0, count),
  }
}

const nothing = (count: number): undefined[] => new Array(count).fill(undefined)

it('hears sound in real time, and silence where none comes', async () => {
  const {come, sound, heardMs, quietMs} = await openLine()
  await come(...sound(50), ...nothing(50))
  // What the filter holds back, and the gap that is waited for.
  expect(heardMs()).toBeGreaterThan(1920)
  expect(heardMs()).toBeLessThanOrEqual(2000)
  expect(quietMs()).toBeGreaterThan(900)
})

it('makes no pause of a packet or two that got lost, and one of many', async () => {
  const {come, sound, quietMs} = await openLine()
  await come(...sound(10), undefined, ...sound(10), undefined, undefined, ...sound(10))
  expect(quietMs()).toBe(0)
  await come(...nothing(20), ...sound(10))
  expect(quietMs()).toBeGreaterThan(380)
})

it('loses no sound that comes late', async () => {
  const {come, sound, heardMs, line} = await openLine()
  await come(...sound(10), ...nothing(10))
  const before = heardMs()
  await come(...sound(1))
  expect(heardMs() - before).toBeGreaterThan(15)
  expect(line.isAwake).toBe(true)
})

it('sleeps when nobody goes on, also through frames of silence, and wakes', async () => {
  const {come, sound, heardMs, line} = await openLine()
  await come(...sound(10), ...new Array<Buffer>(5).fill(silenceFrame), ...nothing(210))
  expect(line.isAwake).toBe(false)
  const before = heardMs()
  await come(...nothing(500), silenceFrame)
  expect(heardMs()).toBe(before)
  await come(...sound(2))
  expect(line.isAwake).toBe(true)
  // The minutes between are not made up for.
  expect(heardMs() - before).toBeLessThan(60)
})

it('takes what is not decrypted, and what is damaged, for nothing that was read', async () => {
  const {come, read} = await openLine()
  await come(Buffer.from('0badc0ffee0badc0fafa', 'hex'), Buffer.from('fffffe010203', 'hex'), silenceFrame)
  expect(read()).toBe(0)
})
