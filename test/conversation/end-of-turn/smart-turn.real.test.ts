// The end-of-turn model that is shipped, against values of its makers' own code.
import {createHash} from 'node:crypto'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {openEndOfTurn} from '@essence/core/conversation/end-of-turn/open-end-of-turn'
import type {EndOfTurnDetector} from '@essence/core/conversation/end-of-turn/port'
import {openSmartTurn, packagedSmartTurnPath} from '@essence/core/conversation/end-of-turn/smart-turn'
import {OnnxGraph} from '@essence/core/onnx/graph'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {noise} from '../../audio/sounds.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

const speech = join(import.meta.dirname, '../../../../shared/data/speech')
const expected = join(import.meta.dirname, '../../../../shared/data/smart-turn/expected.json')
const skipped = existsSync(expected) ? '' : ' (skipped: ../shared/data is not there)'

interface Case {
  file: string
  from_s: number
  to_s: number
  probability: number
}
const cases: Case[] = skipped ? [] : JSON.parse(readFileSync(expected, 'utf8')).cases

const folder = temporaryFolder()

it('the model is the file its makers publish', () => {
  expect(createHash('sha256').update(readFileSync(packagedSmartTurnPath())).digest('hex')).toBe(
    '2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f',
  )
})

describe('Smart Turn', () => {
  let detector: EndOfTurnDetector
  beforeAll(async () => {
    detector = await openEndOfTurn()
  })
  afterAll(() => detector.close())

  it('says what it is', () => {
    expect(detector.description).toBe('Smart Turn (smart-turn-v3.2-cpu.onnx)')
  })

  // Theirs rounds every step to 8 bits, which between 0.1 and 0.9 makes a tenth of difference from one processor to another.
  it.skipIf(skipped)(`agrees with its makers' code where that is sure of itself${skipped}`, async () => {
    const found: {probability: number; own: number}[] = []
    for (const {file, from_s, to_s, probability} of cases) {
      const audio = await readAudio({path: join(speech, file)})
      found.push({probability, own: await detector.endOfTurn(audio.slice(from_s * 16_000, to_s * 16_000))})
    }
    const [paused, over] = [found.filter(one => one.probability < 0.1), found.filter(one => one.probability > 0.5)]
    expect([paused.length, over.length]).toEqual([4, 3])
    expect(paused.filter(({probability, own}) => Math.abs(own - probability) > 0.02)).toEqual([])
    expect(over.filter(({own}) => own < 0.5)).toEqual([])
  })

  it.skipIf(skipped)(`is not moved by noise that nobody hears${skipped}`, async () => {
    const audio = (await readAudio({path: join(speech, 'jfk.wav')})).slice(0, 2.2 * 16_000)
    const answers = await Promise.all(
      [1, 2, 3, 4].map(seed => {
        const faint = noise(audio.length, 1e-6, seed)
        return detector.endOfTurn(audio.map((sample, i) => sample + (faint[i] ?? 0)))
      }),
    )
    expect(Math.max(...answers) - Math.min(...answers)).toBeLessThan(0.02)
  })

  it.skipIf(skipped)(`hears the last 8 s of a longer turn, whatever came before${skipped}`, async () => {
    const audio = await readAudio({path: join(speech, 'jfk.wav')})
    const last = audio.slice(-8 * 16_000)
    const longer = new Float32Array(60 * 16_000 + last.length).fill(0.5)
    longer.set(last, 60 * 16_000)
    expect(await detector.endOfTurn(longer)).toBe(await detector.endOfTurn(last))
    expect(longer.at(-1)).toBe(last.at(-1))
  })

  it.each([
    ['no sound at all', new Float32Array()],
    ['a single sample', Float32Array.of(0.1)],
    ['digital silence', new Float32Array(16_000)],
    ['noise', noise(16_000, 0.5)],
  ])('%s gives a probability', async (_, audio) => {
    const probability = await detector.endOfTurn(audio)
    expect(probability).toBeGreaterThanOrEqual(0)
    expect(probability).toBeLessThanOrEqual(1)
  })

  it('answers many at once, each its own', async () => {
    const sounds = [noise(8000, 0.5), new Float32Array(8000), noise(40_000, 0.1, 3)]
    const alone: number[] = []
    for (const sound of sounds) alone.push(await detector.endOfTurn(sound))
    expect(await Promise.all(sounds.map(sound => detector.endOfTurn(sound)))).toEqual(alone)
    expect(new Set(alone).size).toBe(3)
  })

  it('a question that nobody waits for any more is cancelled', async () => {
    const aborted = detector.endOfTurn(noise(8000, 0.5), AbortSignal.abort())
    await expect(aborted).rejects.toMatchObject({code: 'CANCELLED'})
  })
})

describe('a model that is none', () => {
  it.each<[string, string, () => Uint8Array | undefined, RegExp]>([
    ['that is not there', 'MODEL_MISSING', () => undefined, /^There is no end-of-turn model at /],
    ['that is no ONNX file', 'MODEL_INVALID', () => Buffer.from('hello'), /is no ONNX model/],
    ['of another kind', 'MODEL_INVALID', otherModel, /takes sound and gives same; expected Smart Turn 3/],
    ['of another shape', 'MODEL_INVALID', otherShape, /does not run/],
  ])('%s is refused', async (name, code, bytes, message) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.onnx`)
    const content = bytes()
    if (content) writeFileSync(path, content)
    await expect(openSmartTurn(path)).rejects.toMatchObject({code, message: expect.stringMatching(message)})
  })
})

function otherModel(): Uint8Array {
  const graph = new OnnxGraph('other')
  graph.output(graph.input('sound', 'float32', [1]), 'same', 'float32', [1])
  return graph.finish()
}

function otherShape(): Uint8Array {
  const graph = new OnnxGraph('other')
  graph.output(graph.input('input_features', 'float32', [1, 10]), 'logits', 'float32', [1, 10])
  return graph.finish()
}
