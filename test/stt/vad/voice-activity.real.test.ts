import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {OnnxGraph} from '@essence/core/onnx/graph'
import {Endpointer} from '@essence/core/stt/vad/endpointing'
import {energyVad} from '@essence/core/stt/vad/energy-vad'
import {openVad} from '@essence/core/stt/vad/open-vad'
import type {VoiceActivityDetector} from '@essence/core/stt/vad/vad'
import {vadParameters} from '@essence/core/stt/vad/vad-parameters'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {noise} from '../../audio/sounds.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {notSpeech} from '../not-speech.ts'
import {spoken} from '../spoken.ts'

const shared = join(import.meta.dirname, '../../../../shared/data')
const newest = join(shared, 'models/silero_vad_16k_op15.onnx')
const recordings = ['jfk.wav', 'librispeech-84-121550-0000.flac', ...librivox()]
const never = new AbortController().signal

function librivox(): string[] {
  const folder = join(shared, 'speech/librivox')
  return existsSync(folder)
    ? readdirSync(folder).flatMap(name => (name.endsWith('.wav') ? [`librivox/${name}`] : []))
    : []
}

/** Where speech is found, in samples. */
const windowsIn = async (vad: VoiceActivityDetector, audio: Float32Array): Promise<{start: number; end: number}[]> => {
  const frames = new Float32Array(Math.ceil(audio.length / 512) * 512)
  frames.set(audio)
  const endpointer = new Endpointer(vadParameters(30_000), (_, end) => end)
  const found = [...(await vad.begin().probabilities(frames, never))].flatMap(one => endpointer.push(one))
  return [...found, ...endpointer.end(audio.length)].flatMap(one => (one.type === 'window' ? [one] : []))
}

/** Centres of the 10 ms in which a reader speaks, in samples: those within 30 dB of the loudest of them. */
const spokenIn = (audio: Float32Array): number[] => {
  const energies = Array.from({length: Math.floor(audio.length / 160)}, (_, i) =>
    audio.subarray(i * 160, i * 160 + 160).reduce((sum, sample) => sum + sample * sample, 0),
  )
  const loud = energies.toSorted((a, b) => b - a)[Math.floor(energies.length / 20)] ?? 0
  return energies.flatMap((energy, i) => (energy > loud / 1000 ? [i * 160 + 80] : []))
}

const withNoise = (audio: Float32Array, snrDb: number): Float32Array => {
  const rms = Math.sqrt(audio.reduce((sum, sample) => sum + sample * sample, 0) / audio.length)
  // Of even noise between −a and a, the root mean square is a / √3.
  const added = noise(audio.length, rms * 10 ** (-snrDb / 20) * Math.sqrt(3), 7)
  return audio.map((sample, i) => sample + (added[i] ?? 0))
}

const detectors: [string, string | undefined][] = [
  ['the Silero VAD of the dependencies', undefined],
  ...(existsSync(newest) ? ([['the 16 kHz Silero VAD of ../shared/data', newest]] as [string, string][]) : []),
]

describe.each(detectors)('%s', (_name, modelPath) => {
  let vad: VoiceActivityDetector
  beforeAll(async () => {
    vad = await openVad({modelPath})
  })
  afterAll(() => vad.close())

  it('says what it is', () => {
    expect(vad.neural).toBe(true)
    expect(vad.description).toMatch(/^Silero VAD \(silero_vad_\w+\.onnx\)$/)
  })

  // A tone that glides as slowly as a voice passes; test/stt/hallucinations/known.real.test.ts shows that it comes no further.
  it.each(notSpeech.filter(([name]) => name !== 'a sweep'))('finds nobody in %s', async (_, sound) => {
    expect(await windowsIn(vad, sound)).toEqual([])
  })

  it('finds single words, as spoken and with silence around', async () => {
    const words = ['yes', 'no', 'stop', 'okay', 'hi', 'two', 'go', 'cat', 'up', 'help', 'thanks', 'what time is it']
    for (const [i, audio] of (await spoken(words)).entries()) {
      const quiet = new Float32Array(audio.length + 32_000)
      quiet.set(audio, 16_000)
      expect(await windowsIn(vad, audio), words[i]).toHaveLength(1)
      const [window, ...more] = await windowsIn(vad, quiet)
      expect(more).toEqual([])
      expect(window?.start, words[i]).toBeLessThan(16_000 + 2000)
      expect(window?.end, words[i]).toBeGreaterThan(16_000 + audio.length / 2)
    }
  })

  it.skipIf(!existsSync(join(shared, 'speech')))(
    'keeps 95 % of what people say, in quiet and 20 dB above noise (needs the recordings of ../shared/data)',
    async () => {
      for (const snrDb of [Number.POSITIVE_INFINITY, 20]) {
        let [kept, all] = [0, 0]
        for (const name of recordings) {
          const audio = await readAudio({bytes: readFileSync(join(shared, 'speech', name))})
          const windows = await windowsIn(vad, withNoise(audio, snrDb))
          const places = spokenIn(audio)
          const heard = places.filter(place => windows.some(({start, end}) => start <= place && place < end)).length
          expect(heard / places.length, name).toBeGreaterThan(0.92)
          kept += heard
          all += places.length
        }
        expect(kept / all).toBeGreaterThanOrEqual(0.95)
      }
    },
  )

  it('follows many sounds at once, each in pieces, as it does one', async () => {
    const [audio = new Float32Array()] = await spoken(['what time is it'])
    const whole = audio.subarray(0, Math.floor(audio.length / 512) * 512)
    const expected = await vad.begin().probabilities(whole, never)
    const follow = async (frames: number): Promise<number[]> => {
      const stream = vad.begin()
      const all: number[] = []
      for (let at = 0; at < whole.length; at += frames * 512)
        all.push(...(await stream.probabilities(whole.slice(at, at + frames * 512), never)))
      return all
    }
    for (const one of await Promise.all([1, 2, 3, 7].map(follow))) expect(one).toEqual([...expected])
  })

  it('is cancelled, and hears nothing once it is closed', async () => {
    const frame = new Float32Array(512)
    const cancelled = vad.begin().probabilities(frame, AbortSignal.abort())
    await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED'})
    const other = await openVad({modelPath})
    await other.close()
    await expect(other.begin().probabilities(frame, never)).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })
})

describe('openVad', () => {
  const folder = temporaryFolder()
  const file = (name: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  it('says what is wrong with a model that was named', async () => {
    const missing = join(folder, 'missing.onnx')
    await expect(openVad({modelPath: missing})).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      message: expect.stringContaining(missing),
    })
    const broken = openVad({modelPath: file('broken.onnx', 'no model')})
    await expect(broken).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('no ONNX model'),
    })
    const graph = new OnnxGraph('other')
    graph.output(graph.input('pixels', 'float32', [1]), 'sum', 'float32', [1])
    const other = openVad({modelPath: file('other.onnx', graph.finish())})
    await expect(other).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/takes pixels; expected Silero VAD 5 or 6/),
    })
  })

  it('refuses the Silero VAD of before version 5, which remembers otherwise', async () => {
    const graph = new OnnxGraph('v4')
    const [input = ''] = ['input', 'h', 'c'].map(name => graph.input(name, 'float32', [1]))
    graph.output(input, 'output', 'float32', [1])
    const old = openVad({modelPath: file('old.onnx', graph.finish())})
    await expect(old).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining('version 4')})
  })

  it('is cancelled', async () => {
    await expect(openVad({signal: AbortSignal.abort()})).rejects.toMatchObject({code: 'CANCELLED'})
  })
})

describe('energyVad', () => {
  it('says that it goes by loudness only, and why', () => {
    const vad = energyVad('ONNX Runtime does not run here')
    expect(vad).toMatchObject({neural: false, description: 'loudness only: ONNX Runtime does not run here'})
  })

  it.each(notSpeech.filter(([name]) => /silence|noise at|hum|offset|flickering|sine|organ|fan|rain/.test(name)))(
    'finds nobody in %s, which is steady',
    async (_, sound) => {
      expect(await windowsIn(energyVad(''), sound)).toEqual([])
    },
  )

  it('finds speech that begins in silence', async () => {
    const [audio = new Float32Array()] = await spoken(['what time is it'])
    const quiet = new Float32Array(audio.length + 32_000)
    quiet.set(audio, 16_000)
    expect(await windowsIn(energyVad(''), quiet)).toHaveLength(1)
  })
})
