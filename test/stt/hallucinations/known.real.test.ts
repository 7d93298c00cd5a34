import type {SpeechEngine} from '@essence/core/stt/engine'
import {asJuneNano, juneNanoPath} from '@essence/core/stt/june-nano'
import type {SpeechToText} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {notSpeech} from '../not-speech.ts'
import {pieces} from '../scripted-engine.ts'
import {similarity} from '../similarity.ts'
import {spoken} from '../spoken.ts'

const folder = temporaryFolder()
let engine: SpeechEngine
let stt: SpeechToText
beforeAll(async () => {
  engine = asJuneNano(await openWhisperOnnx({modelPath: await juneNanoPath(folder), threads: 1}))
  stt = speechToText(engine, {vad: await openVad()})
})
afterAll(async () => {
  await stt.close()
})

describe('a recogniser that writes something whatever it hears', () => {
  it('is one: without a detector it invents', async () => {
    const signal = new AbortController().signal
    const options = {language: 'en', translate: false, words: false, interim: true, signal}
    const heard = []
    const some = notSpeech.filter((_sound, i) => i % 4 === 0)
    for (const [, sound] of some) heard.push(...(await engine.transcribe(sound, options)).segments)
    expect(heard.filter(({text}) => /\p{L}/u.test(text)).length).toBeGreaterThan(some.length / 2)
  })

  it.each(notSpeech)('writes nothing for %s', async (_, sound) => {
    const {text} = await stt.recognize(sound)
    const finals = []
    for await (const event of stt.stream(pieces(sound, 3200))) if (event.type === 'final') finals.push(event)
    expect({text, finals}).toEqual({text: '', finals: []})
  })

  it('still hears words among them', async () => {
    const [audio = new Float32Array()] = await spoken(['what time is it'])
    for (const name of ['silence', 'white noise at 0.003', 'clicks', '50 Hz hum at 0.003']) {
      const sound = (notSpeech.find(([one]) => one === name)?.[1] ?? new Float32Array()).slice()
      audio.forEach((sample, i) => {
        sound[48_000 + i] = (sound[48_000 + i] ?? 0) + sample
      })
      const {text} = await stt.recognize(sound)
      expect(similarity(text, 'what time is it'), `${name}: ${text}`).toBeGreaterThan(0.7)
    }
  })
})
