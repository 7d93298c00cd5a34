import {rm, writeFile} from 'node:fs/promises'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {describe, expect, it} from 'vitest'
import {conformsToTextToSpeech} from '../conformance.ts'
import {spokenClause} from '../text/spoken-clause.ts'
import {piperIds, tinyJets, writePiper} from './tiny-voices.ts'
import {crashingAtMessage} from './worker-crash.ts'

const open = (modelPath: string) => openPiper({modelPath, threads: 1})

conformsToTextToSpeech('Piper', async () => textToSpeech(await open(await writePiper('tones'))))

describe('Piper', () => {
  it('gives the model its tokens, their number, and its scales', async () => {
    const engine = await open(
      await writePiper('echo', 'de_DE-tiny-low', {espeak: {voice: 'de'}, language: {code: 'de_DE'}}),
    )
    const [...numbers] = await spokenClause(engine, 'licht!', {speed: 2})
    const tokens = [1, 0, 24, 0, 120, 0, 74, 0, 16, 0, 140, 0, 32, 0, 4, 0, 2]
    expect(numbers.slice(0, -3)).toEqual([...tokens, tokens.length])
    // The length of every phoneme is halved at double speed.
    for (const [i, scale] of [0.667, 0.5, 0.8].entries()) expect(numbers.at(i - 3)).toBeCloseTo(scale, 5)
    expect(engine.voices).toEqual([
      {id: 'de_DE-tiny-low', name: 'de_DE-tiny-low', language: 'de-de', gender: 'unknown', sampleRate: 22_050},
    ])
    expect(engine.info).toMatchObject({engine: 'piper', model: 'de_DE-tiny-low.onnx', device: 'cpu'})
    expect(engine.info.deviceReason).toMatch(/^no CUDA: /)
    await engine.close()
  })

  it('speaks with each of several speakers', async () => {
    const path = await writePiper('echo', 'en_GB-tiny-medium', {speaker_id_map: {p239: 1, p236: 0, p240: 2}}, 3)
    const engine = await open(path)
    expect(engine.voices.map(({id}) => id)).toEqual(['p236', 'p239', 'p240'].map(name => `en_GB-tiny-medium/${name}`))
    for (const [i, {id}] of engine.voices.entries()) {
      expect((await spokenClause(engine, 'Hello.', {voice: id})).at(-1)).toBe(i)
    }
    expect(() => engine.resolve('en_GB-tiny-medium/p23')).toThrow(/has no voice or language/)
    await engine.close()
  })

  it('of letters takes the text itself', async () => {
    const engine = await open(await writePiper('echo', 'uk_UA-tiny', {phoneme_type: 'text'}))
    expect([...(await spokenClause(engine, 'Abc.'))].slice(0, 11)).toEqual([1, 0, 14, 0, 15, 0, 16, 0, 10, 0, 2])
    await engine.close()
  })

  it('is silent where it knows no phoneme', async () => {
    const engine = await open(await writePiper('echo', 'a-tiny', {phoneme_type: 'text'}))
    expect(await spokenClause(engine, '你好')).toHaveLength(0)
    await engine.close()
  })

  it('is refused when its description has numbers the model does not know', async () => {
    const path = await writePiper('echo', 'a-tiny', {phoneme_id_map: {...piperIds, θ: [9999]}})
    await expect(open(path)).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(path)})
  })

  it('fails what waits when its thread dies, and loads the model again for the next call', async () => {
    const engine = await open(await writePiper('echo'))
    // The first message goes to the phonemes.
    await crashingAtMessage(2, async () => {
      await expect(spokenClause(engine, 'Hello.')).rejects.toMatchObject({code: 'ENGINE_FAILED'})
    })
    expect((await spokenClause(engine, 'Hello.')).length).toBeGreaterThan(8)
    await engine.close()
    await expect(spokenClause(engine, 'Hello.')).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })

  it('stops at an abort', async () => {
    const engine = await open(await writePiper('echo'))
    await expect(spokenClause(engine, 'Hello.', {signal: AbortSignal.abort()})).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    await engine.close()
    await expect(openPiper({modelPath: await writePiper('echo'), signal: AbortSignal.abort()})).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })

  it('refuses a device it cannot compute on', async () => {
    const modelPath = await writePiper('echo')
    for (const backend of ['cuda', 'vulkan', 'metal'] as const) {
      await expect(openPiper({modelPath, device: {backend}})).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    }
    const cpu = await openPiper({modelPath, device: {backend: 'cpu'}, threads: 1})
    expect(cpu.info.deviceReason).toBe('"cpu" was asked for')
    await cpu.close()
  })

  it('says which file is missing or wrong', async () => {
    const path = await writePiper('echo')
    await writeFile(`${path}.json`, '{"audio": {}}')
    await expect(open(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`${path}.json`),
    })
    await rm(`${path}.json`)
    await expect(open(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`${path}.json`),
    })

    const incomplete = await writePiper('echo', 'x', {phoneme_id_map: {a: [3]}})
    await expect(open(incomplete)).rejects.toMatchObject({message: expect.stringContaining('has no "_"')})

    const other = await writePiper('echo')
    await writeFile(other, tinyJets('echo'))
    await expect(open(other)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/expected inputs input \(int64, rank 2\), .*; found text \(int64, rank 1\)\.$/),
    })
    await writeFile(other, 'no model')
    await expect(open(other)).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(other)})
    await rm(other)
    await expect(open(other)).rejects.toMatchObject({code: 'MODEL_MISSING'})
  })
})
