// June's own voice in the microphone: how much of it is taken out, how many words of a person who speaks over it are heard wrong with and without it, and the time that takes. With a folder as argument the sounds are written there.
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {scoreConversion} from '@essence/core/accuracy/score'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {concatSamples} from '@essence/core/audio/pcm'
import {readConfig} from '@essence/core/config/read'
import {openEchoCanceller} from '@essence/core/conversation/echo/echo-canceller'
import {openRecognizer} from '@essence/core/engines/recognizer'
import {noise} from '../test/audio/sounds.ts'
import {decibels, echoOf, mixed, rms} from '../test/conversation/echo/room.ts'
import {benchFolder, compare} from './harness.ts'
import {recordingSets} from './recordings.ts'

const rate = 16_000
const lateSamples = 512
const frame = 320
const sets = recordingSets()
if (!sets) throw new Error('The recordings do not lie beside the checkout: shared/data/speech')
const [folder] = process.argv.slice(2)

const read = async (set: string) =>
  Promise.all((sets[set] ?? []).map(async ({path, text}) => ({text, audio: await readAudio({path})})))
/** At the level of speech in a headset, −26 dB. */
const levelled = (audio: Float32Array): Float32Array => {
  const gain = 10 ** (-26 / 20) / rms(audio)
  return audio.map(sample => sample * gain)
}
const june = levelled(concatSamples((await read('LJ Speech')).map(({audio}) => audio)))
const people = [...(await read('LibriVox')), ...(await read('Kennedy, LibriSpeech'))]

let cpuMs = 0
let soundMs = 0
const cancelled = (played: Float32Array, heard: Float32Array): Float32Array => {
  const echo = openEchoCanceller()
  const out = new Float32Array(heard.length + lateSamples)
  const began = process.cpuUsage()
  for (let at = 0; at < out.length; at += frame) {
    echo.played(played.subarray(at, at + frame))
    const piece = new Float32Array(Math.min(frame, out.length - at))
    piece.set(heard.subarray(at, at + piece.length))
    out.set(echo.cancel(piece), at)
  }
  const {user, system} = process.cpuUsage(began)
  cpuMs += (user + system) / 1000
  soundMs += heard.length / 16
  return out.slice(lateSamples)
}

/** Played by a clock that goes fast by so many parts in a million. */
const drifting = (audio: Float32Array, ppm: number): Float32Array =>
  audio.map((_, i) => {
    const at = i * (1 + ppm / 1e6)
    const [low, share] = [Math.floor(at), at % 1]
    return (1 - share) * (audio[low] ?? 0) + share * (audio[low + 1] ?? 0)
  })

console.log('Echo alone, dB less of it:        second 1   2 to 5   from 10')
const alone = june.subarray(0, 40 * rate)
for (const {name, ...place} of [
  ...[20, 100, 300].flatMap(delayMs =>
    [-10, -20].map(levelDb => ({name: `${levelDb} dB, ${delayMs} ms late`, delayMs, levelDb, ppm: 0})),
  ),
  {name: '0 dB, 100 ms late', delayMs: 100, levelDb: 0, ppm: 0},
  ...[50, 200].map(ppm => ({name: `-10 dB, clocks ${ppm} ppm apart`, delayMs: 100, levelDb: -10, ppm})),
]) {
  const heard = mixed(drifting(echoOf(alone, place), place.ppm), noise(alone.length, 0.0001))
  const clean = cancelled(alone, heard)
  const less = [
    [0, 1],
    [1, 5],
    [10, 40],
  ].map(([from = 0, to = 0]) =>
    decibels(heard.subarray(from * rate, to * rate), clean.subarray(from * rate, to * rate)),
  )
  console.log(`${name.padEnd(32)}${less.map(db => db.toFixed(1).padStart(9)).join('')}`)
  // Two devices whose clocks differ: the room seems to move all the time.
  compare(`  ${name}, from second 10`, less[2] ?? 0, {atLeast: place.ppm > 0 ? 15 : 20, unit: 'dB', digits: 1})
}

const {settings} = await readConfig({flags: {JUNE_DATA_DIR: process.env['JUNE_DATA_DIR'] ?? benchFolder()}})
const stt = await openRecognizer(settings)
console.log(`\nA person over June, ${stt.info.model}: words heard wrong of ${people.length} recordings`)
const wrongIn = async (sounds: Float32Array[]): Promise<number> => {
  let [wrong, words] = [0, 0]
  for (const [i, sound] of sounds.entries()) {
    const {text} = await stt.recognize(sound, {language: 'en'})
    const score = scoreConversion(people[i]?.text ?? '', text)
    wrong += score.wordErrors
    words += score.words
  }
  return (100 * wrong) / words
}
const write = async (name: string, pcm: Float32Array): Promise<void> => {
  const sound = (async function* () {
    yield {pcm, sampleRate: rate}
  })()
  if (folder !== undefined) await writeFile(join(folder, `${name}.wav`), await encodeToBytes(sound, 'wav'))
}

const without = await wrongIn(people.map(({audio}) => levelled(audio)))
console.log(`without June: ${without.toFixed(1)} %`)
for (const levelDb of [-20, -10, 0])
  for (const after of [1, 6]) {
    const scenes = people.map(({audio}, i) => {
      const person = levelled(audio)
      const played = june.subarray(i * 5 * rate, i * 5 * rate + after * rate + person.length)
      const echo = echoOf(played, {delayMs: [20, 100, 300][i % 3] ?? 0, levelDb, seed: i + 1})
      const late = new Float32Array(played.length)
      late.set(person, after * rate)
      return {played, heard: mixed(echo, late, noise(played.length, 0.0001))}
    })
    const clean = scenes.map(({played, heard}) => cancelled(played, heard))
    for (const [i, {played, heard}] of scenes.entries()) {
      const name = `${levelDb}-${after}-${i}`
      await Promise.all([write(`${name}-played`, played), write(`${name}-heard`, heard)])
      await write(`${name}-clean`, clean[i] as Float32Array)
    }
    const cut = (sound: Float32Array): Float32Array => sound.subarray(after * rate)
    const before = await wrongIn(scenes.map(({heard}) => cut(heard)))
    const now = await wrongIn(clean.map(cut))
    console.log(
      `${levelDb} dB, ${after} s after June began: ${before.toFixed(1)} % as it is, ${now.toFixed(1)} % cancelled`,
    )
    if (after > 1) compare('  more than without June', now - without, {atMost: 5, unit: 'points', digits: 1})
  }
await stt.close()
compare('\nCPU time of a second of sound', cpuMs / soundMs, {atMost: 0.1, unit: 's', digits: 3})
