import {openOpusPacketDecoder} from '@essence/core/audio/decode/opus-packets'
import {openOpusPacketEncoder} from '@essence/core/audio/encode/opus-packets'
import {concatSamples} from '@essence/core/audio/pcm'
import {expect, it, onTestFinished} from 'vitest'

const sine = (ms: number): Float32Array =>
  Float32Array.from({length: ms * 48}, (_, n) => 0.4 * Math.sin((2 * Math.PI * 440 * n) / 48_000))

const rms = (pcm: Float32Array): number =>
  Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, pcm.length))

const open = async (rate: number) => {
  const [encoder, decoder] = await Promise.all([openOpusPacketEncoder(), openOpusPacketDecoder(rate)])
  onTestFinished(() => {
    encoder.close()
    decoder.close()
  })
  return {encoder, decoder}
}

it.each([16_000, 48_000])('carries sound at its length and level, decoded at %i Hz', async rate => {
  const {encoder, decoder} = await open(rate)
  const packets = [...encoder.push(sine(990)), ...encoder.flush()]
  expect(packets).toHaveLength(50)
  // Two channels, 20 ms: what Discord asks for (RFC 6716, 3.1).
  expect(packets.every(packet => ((packet[0] ?? 0) & 0b111) === 0b100)).toBe(true)
  const heard = concatSamples(packets.map(packet => decoder.decode(packet) ?? new Float32Array()))
  expect(Math.abs(heard.length / (rate / 1000) - 1000)).toBeLessThan(5)
  expect(rms(heard.subarray(rate / 10, rate / 2))).toBeCloseTo(0.4 / Math.SQRT2, 1)
})

it('takes pieces of any length, and begins anew after a flush', async () => {
  const {encoder} = await open(16_000)
  const pieces = [7, 13, 41, 100, 3].map(sine)
  expect(pieces.flatMap(piece => encoder.push(piece))).toHaveLength(8)
  expect(encoder.flush()).toHaveLength(1)
  expect(encoder.flush()).toHaveLength(0)
  expect(encoder.push(sine(20))).toHaveLength(1)
})

it('says that a packet is damaged, and goes on', async () => {
  const {encoder, decoder} = await open(16_000)
  const packets = encoder.push(sine(100))
  expect(decoder.decode(Buffer.from('fffffe010203', 'hex'))).toBeUndefined()
  expect(decoder.decode(new Uint8Array())).toBeUndefined()
  expect(packets.map(packet => decoder.decode(packet)?.length ?? 0).every(length => length > 250)).toBe(true)
})
