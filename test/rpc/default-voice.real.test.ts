// Which voice speaks over gRPC: the one asked for, else the one of the settings as long as it has the language, as in this process.

import {openRemoteSynthesizer} from '@essence/core/tts/grpc/client'
import {mockVoiceEngine} from '@essence/core/tts/mock'
import {voiceList} from '@essence/core/tts/onnx/voice-list'
import type {SynthesisOptions, Voice} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {ttsServer} from './serve.ts'

const voice = (id: string, language: string): Voice => ({
  id,
  name: `${id} Name`,
  language,
  gender: 'female',
  sampleRate: 16_000,
})
const voices = [voice('amy', 'en-us'), voice('brit', 'en-gb'), voice('dora', 'de')]
const spokenBy: string[] = []
const engine = {
  ...mockVoiceEngine,
  ...voiceList(voices, 'The test'),
  defaultVoice: 'amy',
  speak: (clause: string, options: Parameters<typeof mockVoiceEngine.speak>[1]) => {
    spokenBy.push(options.voice)
    return mockVoiceEngine.speak(clause, options)
  },
}
let server: Awaited<ReturnType<typeof ttsServer>>
beforeAll(async () => {
  server = await ttsServer(textToSpeech(engine))
})
afterAll(() => server.close())

it.each<[string | undefined, SynthesisOptions, string]>([
  [undefined, {}, 'amy'],
  [undefined, {language: 'de'}, 'dora'],
  ['brit', {}, 'brit'],
  ['brit', {language: 'en'}, 'brit'],
  ['BRIT name', {language: 'en'}, 'brit'],
  ['de', {language: 'de'}, 'dora'],
  ['brit', {language: 'de'}, 'dora'],
  ['brit', {language: 'qq'}, 'brit'],
  ['brit', {voice: 'amy', language: 'de'}, 'amy'],
  ['brit', {voice: undefined, language: undefined}, 'brit'],
])('default %s, asked %o: %s speaks', async (defaultVoice, asked, expected) => {
  const here = textToSpeech(engine, {voice: defaultVoice})
  const there = await openRemoteSynthesizer({url: server.url, voice: defaultVoice})
  for (const tts of [here, there]) {
    spokenBy.length = 0
    await collected(tts.synthesize('Hello.', asked))
    expect(spokenBy).toEqual([expected])
  }
  await there.close()
})

it('a default voice the service has not is refused, also with a language', async () => {
  const tts = await openRemoteSynthesizer({url: server.url, voice: 'nobody'})
  await expect(collected(tts.synthesize('Hello.', {language: 'en'}))).rejects.toMatchObject({code: 'VOICE_UNKNOWN'})
  await tts.close()
})
