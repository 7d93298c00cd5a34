import {PassThrough} from 'node:stream'
import {openOpusPacketEncoder} from '@essence/core/audio/encode/opus-packets'
import {concatSamples} from '@essence/core/audio/pcm'
import {expect, it, onTestFinished} from 'vitest'
import {silenceFrame} from '../../../../test/peers/discord-voice/person.ts'
import {setNumber} from '../../src/voice-channel/packets/packet-numbers.ts'
import {PersonLine} from '../../src/voice-channel/person-line.ts'
import {tone} from './open-voice.ts'

/** Louder and louder: what is out of order is seen. */
const rising = tone(300, 2000).map((sample, n) => (sample * n) / 96_000)

const openLine = async () => {
  let now = 1000
  let heard = 0
  const all: Float32Array[] = []
  let quietMs = 0
  let read = 0
  const line = new PersonLine({
    hear: audio => {
      heard += audio.length
      all.push(audio)
      if (audio.every(sample => sample === 0)) quietMs += audio.length / 16
    },
    onRead: () => read++,
    now: () => now,
  })
  onTestFinished(() => line.close())
  const packets = new PassThrough({objectMode: true})
  await line.read(packets)
  const encoder = await openOpusPacketEncoder()
  const sound = encoder.push(rising)
  encoder.close()
  const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  return {
    line,
    heard: () => concatSamples(all),
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
    /** The same with the numbers that they have on their way. */
    numbered: (count: number, first = 65_530): Buffer[] =>
      sound.slice(0, count).map((packet, n) => {
        const copy = Buffer.from(packet)
        setNumber(copy, (first + n) % 65_536)
        return copy
      }),
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

it('hears what overtook each other as if it had come in order', async () => {
  const [one, other] = [await openLine(), await openLine()]
  await one.come(...one.numbered(20))
  const swapped = other.numbered(20)
  for (const at of [3, 7, 15])
    swapped.splice(at, 3, ...[swapped[at + 2], swapped[at], swapped[at + 1]].flatMap(p => p ?? []))
  await other.come(...swapped)
  expect(other.heard()).toEqual(one.heard())
  expect(other.quietMs()).toBe(0)
})

it('fades out in the place of what was lost, so that a word is neither cut in two nor shorter', async () => {
  const [whole, holed] = [await openLine(), await openLine()]
  await whole.come(...whole.numbered(20))
  await holed.come(...holed.numbered(20).map((packet, n) => (n === 8 || n === 13 || n === 14 ? undefined : packet)))
  expect(holed.heardMs()).toBe(whole.heardMs())
  expect(holed.quietMs()).toBe(0)
})

it('makes no sound up where nobody speaks any more', async () => {
  const {come, numbered, quietMs, heardMs} = await openLine()
  const packets = numbered(40)
  await come(...packets.slice(0, 10), ...nothing(20))
  const before = heardMs() - quietMs()
  // The ten packets between were lost in the pause.
  await come(...packets.slice(20, 21), ...nothing(5))
  expect(heardMs() - quietMs() - before).toBe(20)
})
