import {rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {openJets} from '@essence/core/tts/onnx/jets'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {conformsToTextToSpeech} from '../conformance.ts'
import {spokenClause} from '../text/spoken-clause.ts'
import {jetsTokenList, writeJets} from './tiny-voices.ts'

const open = (modelPath: string) => openJets({modelPath, threads: 1})

conformsToTextToSpeech('JETS', async () => textToSpeech(await open(await writeJets('tones'))))

describe('JETS', () => {
  it('gives the model the numbers of its phonemes', async () => {
    const engine = await open(await writeJets('echo'))
    const heard = [...(await spokenClause(engine, 'Hello, world!'))].map(number => jetsTokenList[number])
    expect(heard.join(' ')).toBe('HH AH0 L OW1 , W ER1 L D !')
    expect(await spokenClause(engine, '')).toHaveLength(0)
    expect(engine.native).toEqual({speed: false, pitch: 0})
    await engine.close()
  })

  it('cuts what is longer than the model takes, after commas', async () => {
    const engine = await open(await writeJets('echo'))
    const {signal} = new AbortController()
    const clause = 'wonderful, wonderful '.repeat(50)
    const pieces = await collected(engine.speak(clause, {voice: 'ljspeech', speed: 1, pitch: 0, signal}))
    expect(pieces.length).toBeGreaterThan(1)
    for (const {pcm} of pieces) expect(pcm.length).toBeLessThanOrEqual(512)
    expect(jetsTokenList[pieces[0]?.pcm.at(-1) ?? 0]).toBe(',')
    await engine.close()
  })

  it('says which file is missing or wrong', async () => {
    const path = await writeJets('echo')
    const config = join(dirname(path), 'config.yaml')
    await writeFile(config, 'token:\n  list:\n  - a\n')
    await expect(open(path)).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(config)})
    await rm(config)
    await expect(open(path)).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(config)})
  })
})
