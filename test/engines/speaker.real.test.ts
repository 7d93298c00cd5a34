import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {serveAssistant} from '@essence/core/assistant/grpc/server'
import {mockAssistant} from '@essence/core/assistant/mock'
import type {Mind} from '@essence/core/assistant/port'
import {concatSamples} from '@essence/core/audio/pcm'
import {voicesOpener} from '@essence/core/channel/voices/voices'
import {readConfig} from '@essence/core/config/read'
import type {Settings} from '@essence/core/config/schema'
import {openMind} from '@essence/core/engines/mind/open-mind'
import {remoteAssistant} from '@essence/core/engines/remote/assistant'
import {openSpeakerRecognition, speechBy} from '@essence/core/engines/speaker/recognition'
import {voiceprintFile} from '@essence/core/speaker/voiceprint-file'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {ask} from '../assistant/conformance.ts'
import {noise, sine} from '../audio/sounds.ts'
import {writeTinyModel} from '../speaker/tiny-model.ts'
import {heardIn, voices} from '../speaker/voices.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()
const settingsOf = async (env: Record<string, string> = {}): Promise<Settings> => {
  const places = {JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models'), ENV_SH: '/dev/null'}
  return (await readConfig({env: {...places, ...env}})).settings
}
const kept = voiceprintFile(join(folder, 'data'))
const enrol = (person: string) => kept.put({person, model: 'm', vector: Float32Array.of(1, 0), enrolledAt: new Date()})
const enrolled = async () => (await kept.all()).map(({person}) => person)

let anna: Float32Array[]
let ben: Float32Array[]
beforeAll(async () => {
  ;[anna, ben] = [await heardIn(voices.anna), await heardIn(voices.ben)]
})

it('speech is what is left of a recording, and how much there is of it', async () => {
  const vad = await openVad()
  onTestFinished(() => vad.close())
  const findSpeech = speechBy(vad)
  const [sentence = new Float32Array()] = ben
  const alone = await findSpeech(sentence)
  expect(alone.speechMs).toBeGreaterThan(3000)
  expect(alone.speechMs).toBeLessThan(sentence.length / 16)
  const quiet = new Float32Array(5 * 16_000)
  const amid = await findSpeech(concatSamples([quiet, sentence, quiet, sentence, quiet]))
  expect(amid.speechMs).toBeGreaterThan(alone.speechMs * 1.8)
  expect(amid.audio.length).toBeLessThan(2.2 * sentence.length)
  for (const sound of [quiet, sine(440, 3), noise(48_000, 0.1)])
    expect(await findSpeech(sound)).toMatchObject({speechMs: 0, audio: new Float32Array()})
})

it('nobody is known by voice where no model is named', async () => {
  expect(await openSpeakerRecognition(await settingsOf())).toBeUndefined()
  await expect(
    openSpeakerRecognition(await settingsOf({SPEAKER_MODEL: join(folder, 'none.onnx')})),
  ).rejects.toMatchObject({code: 'MODEL_MISSING'})
})

it('a bot brings what is kept to the key of today; who only looks changes nothing', async () => {
  const data = temporaryFolder()
  const env = {JUNE_DATA_DIR: data, SPEAKER_MODEL: writeTinyModel(join(folder, 'sealed.onnx'))}
  await voiceprintFile(data).put({person: 'anna', model: 'm', vector: Float32Array.of(1, 0), enrolledAt: new Date()})
  const text = () => readFileSync(join(data, 'voiceprints.json'), 'utf8')
  const plain = text()
  const settings = await settingsOf({...env, ENCRYPTION_KEY: 'a-key-of-many-letters'})
  await (await openSpeakerRecognition(settings))?.close()
  expect(text()).toBe(plain)
  const {signal} = new AbortController()
  await (await voicesOpener(settings)?.(signal))?.close()
  expect(text()).not.toContain('[1,0]')
  await expect(voicesOpener(await settingsOf(env))?.(signal)).rejects.toMatchObject({code: 'DECRYPTION_FAILED'})
})

it('June knows who speaks, and says that she does not know a voice', async () => {
  const SPEAKER_MODEL = writeTinyModel(join(folder, 'tiny.onnx'))
  const june = await openSpeakerRecognition(await settingsOf({SPEAKER_MODEL, SPEAKER_THRESHOLD: '0.75'}))
  if (!june) throw new Error('Nothing was opened.')
  onTestFinished(() => june.close())
  const [last = new Float32Array()] = anna.slice(3)
  await june.enrol('ben', ben.slice(0, 3))
  expect(await june.whoSpoke(last)).toMatchObject({person: undefined, reason: 'unknown-voice'})
  const [a1, a2] = [anna[0] ?? last, anna[1] ?? last]
  await expect(june.enrol('anna', [a1, ben[0] ?? last, a2])).rejects.toMatchObject({code: 'SPEAKER_MISMATCH'})
  expect(await enrolled()).toEqual(['ben'])
  expect(await june.enrol('anna', anna.slice(0, 3))).toMatchObject({resembles: []})
  expect(await june.whoSpoke(last)).toMatchObject({person: 'anna'})
  expect(await june.whoSpoke(ben[3] ?? last)).toMatchObject({person: 'ben'})
  expect(await june.whoSpoke(last, ['ben'])).toMatchObject({person: undefined})
  expect(await june.whoSpoke(noise(48_000, 0.1))).toMatchObject({reason: 'too-short'})
  await kept.remove('anna')
  await kept.remove('ben')
})

describe('forgetting everything of a person erases their voice', () => {
  afterAll(async () => {
    for (const person of await enrolled()) await kept.remove(person)
  })

  it('in this process', async () => {
    const mind = await openMind(await settingsOf())
    onTestFinished(() => mind.close())
    await enrol('test')
    await enrol('anna')
    await ask(mind.assistant, 'Remember that my boat is called Albatross')
    await mind.assistant.mind?.memory.eraseAll('test')
    expect(await mind.assistant.mind?.memory.facts('test')).toEqual([])
    expect(await enrolled()).toEqual(['anna'])
  })

  it('where the memory is that of a June elsewhere, and her machine has no voices', async () => {
    const erased: string[] = []
    const memory = {eraseAll: async (speaker: string) => void erased.push(speaker)} as unknown as Mind['memory']
    const behind = {...mockAssistant(), mind: {memory, tools: []} as unknown as Mind}
    const rpc = await serveAssistant({
      ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
      maxDocumentBytes: 1,
      engines: () => ({assistant: behind, llm: undefined, embedder: undefined}),
    })
    await rpc.ready()
    onTestFinished(() => rpc.close())
    await enrol('ben')
    const assistant = await remoteAssistant(await settingsOf({LLM_URL: rpc.url}), {})
    await assistant?.mind?.memory.eraseAll('ben')
    expect(erased).toEqual(['ben'])
    expect(await enrolled()).not.toContain('ben')
    await assistant?.close()
  })
})
