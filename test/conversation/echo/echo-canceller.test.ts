import {expect, it} from 'vitest'
import {openEchoCanceller} from '../../../src/conversation/echo/echo-canceller.ts'
import {noise, sameSamples} from '../../audio/sounds.ts'
import {decibels, echoOf, mixed, rms, speechLike} from './room.ts'

const lateSamples = 512
const second = 16_000

/** The microphone's sound without echo, piece by piece, and as if it were not late. */
const cancelled = (played: Float32Array, heard: Float32Array, piece = 320): Float32Array => {
  const echo = openEchoCanceller()
  const out = new Float32Array(heard.length + lateSamples)
  for (let at = 0; at < out.length; at += piece) {
    echo.played(played.subarray(at, at + piece))
    const frame = new Float32Array(Math.min(piece, out.length - at))
    frame.set(heard.subarray(at, at + frame.length))
    const clean = echo.cancel(frame)
    expect(clean).toHaveLength(frame.length)
    out.set(clean, at)
  }
  echo.close()
  return out.slice(lateSamples)
}

const june = speechLike(8, 3)
const hiss = noise(june.length, 0.0003)

it.each([
  {delayMs: 20, levelDb: -20},
  {delayMs: 300, levelDb: -10},
  {delayMs: 480, levelDb: -20},
])('takes an echo of $levelDb dB out that is $delayMs ms late', place => {
  const heard = mixed(echoOf(june, place), hiss)
  const clean = cancelled(june, heard)
  // From the first second on, and better once it has learnt the room.
  expect(decibels(heard.subarray(0, second), clean.subarray(0, second))).toBeGreaterThan(10)
  expect(decibels(heard.subarray(5 * second), clean.subarray(5 * second))).toBeGreaterThan(20)
})

it('leaves who speaks over it', () => {
  const person = new Float32Array(june.length)
  person.set(speechLike(4, 7), 4 * second)
  const heard = mixed(echoOf(june, {delayMs: 100, levelDb: -10}), hiss, person)
  const clean = cancelled(june, heard)
  const [said, before, after] = [person, heard, clean].map(sound => sound.subarray(4 * second)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const differing = (sound: Float32Array): Float32Array => sound.map((sample, i) => sample - (said[i] as number))
  expect(decibels(differing(before), differing(after))).toBeGreaterThan(6)
  expect(Math.abs(decibels(said, after))).toBeLessThan(1)
})

it('learns anew when the way has changed', () => {
  const halves = [
    echoOf(june, {delayMs: 60, levelDb: -10}),
    echoOf(june, {delayMs: 140, levelDb: -10, seed: 5}),
  ] as const
  const heard = mixed(
    hiss,
    halves[0].map((sample, i) => (i < 3 * second ? sample : (halves[1][i] as number))),
  )
  const clean = cancelled(june, heard)
  expect(decibels(heard.subarray(6 * second), clean.subarray(6 * second))).toBeGreaterThan(15)
})

it('passes everything on where nothing is played, in pieces of any size', () => {
  const heard = speechLike(2, 5)
  const clean = cancelled(new Float32Array(), heard, 177)
  expect(rms(clean.map((sample, i) => sample - (heard[i] as number)))).toBeLessThan(1e-6)
  expect(sameSamples(cancelled(new Float32Array(), heard, 4096), clean)).toBe(true)
})
