// `essence speaker` as a user runs it: the built CLI, recordings of voices that espeak-ng speaks, a model without weights.
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {beforeAll, expect, it} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {writeTinyModel} from '../speaker/tiny-model.ts'
import {saidIn, voices} from '../speaker/voices.ts'
import {commandFolder} from './command-folder.ts'

const {folder, path, env} = commandFolder()
const model = {SPEAKER_MODEL: path('tiny.onnx'), SPEAKER_THRESHOLD: '0.75'}
const speaker = (args: string[], more: Record<string, string> = model) =>
  essence(['speaker', ...args], {...env, ...more}, folder)
const json = async (args: string[], more?: Record<string, string>) => {
  const {status, stdout} = await speaker([...args, '--json'], more)
  return {
    status,
    ...(JSON.parse(stdout) as {data: unknown; warnings: string[]; error?: {code: string; message: string}}),
  }
}
const recordings = (who: string) => [1, 2, 3].map(i => `${who}-${i}.wav`)

beforeAll(async () => {
  writeTinyModel(model.SPEAKER_MODEL)
  for (const [who, voice] of Object.entries(voices))
    for (const [i, file] of (await saidIn(voice)).entries()) writeFileSync(path(`${who}-${i + 1}.wav`), file)
}, 60_000)

it('people are enrolled, listed, known, and removed', async () => {
  expect(await json(['list'])).toMatchObject({status: 0, data: {people: []}})
  const enrolled = await speaker(['enrol', 'telegram:1', ...recordings('anna')])
  expect(enrolled).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Enrolled telegram:1 from \d+\.\d s of speech\.\n$/),
  })
  expect(await json(['enrol', 'ben', ...recordings('ben')])).toMatchObject({
    status: 0,
    data: {person: 'ben', resembles: []},
  })

  const {data} = await json(['list'])
  expect(data).toMatchObject({
    people: [{person: 'ben', model: expect.stringMatching(/^tiny\.onnx/)}, {person: 'telegram:1'}],
  })
  expect(JSON.stringify(data)).not.toContain('vector')

  expect((await speaker(['identify', 'anna-4.wav'])).stdout).toMatch(/^telegram:1 \(0\.\d\d\)\n$/)
  expect(await json(['identify', 'ben-4.wav', '--among', 'ben,telegram:1'])).toMatchObject({data: {person: 'ben'}})
  const unknown = await speaker(['identify', 'ben-4.wav', '--among', 'telegram:1'])
  expect(unknown).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Unknown: .*; telegram:1 is nearest, 0\.\d\d of 0\.75\.\n$/),
  })
  expect(await json(['identify', 'ben-4.wav', '--among', 'telegram:1', '--threshold', '0.1'])).toMatchObject({
    data: {person: 'telegram:1', threshold: 0.1},
  })

  // The same person under another name.
  expect((await json(['enrol', 'anna', ...recordings('anna')])).warnings).toEqual([
    expect.stringMatching(/^telegram:1 sounds the same \(1\.00\)/),
  ])

  expect(await speaker(['remove', 'ben'])).toMatchObject({status: 0, stdout: 'Removed ben.\n'})
  expect(await json(['remove', 'ben'])).toMatchObject({status: 2, error: {code: 'SPEAKER_UNKNOWN'}})
  // With all that is remembered of somebody goes their voice.
  expect(await essence(['memory', 'erase', '--all', '--speaker', 'telegram:1', '--yes'], env)).toMatchObject({
    status: 0,
  })
  expect(await json(['list'])).toMatchObject({data: {people: [{person: 'anna'}]}})
  expect(readFileSync(path('data/voiceprints.json'), 'utf8')).not.toContain('telegram:1')
}, 180_000)

it.each<[what: string, code: string, args: string[], more?: Record<string, string>]>([
  ['no model', 'CONFIG_INVALID', ['identify', 'anna-1.wav'], {}],
  ['a model that is not there', 'MODEL_MISSING', ['identify', 'anna-1.wav'], {SPEAKER_MODEL: '/none.onnx'}],
  ['no such recording', 'INPUT_NOT_FOUND', ['identify', 'none.wav']],
  ['a threshold that is none', 'CONFIG_INVALID', ['identify', 'anna-1.wav', '--threshold', '2']],
  ['two sentences', 'USAGE', ['enrol', 'carla', 'anna-1.wav', 'anna-2.wav']],
  ['somebody else in between', 'SPEAKER_MISMATCH', ['enrol', 'carla', 'anna-1.wav', 'ben-2.wav', 'anna-3.wav']],
])('%s is %s, and nobody is enrolled', async (_, code, args, more = model) => {
  expect(await json(args, more)).toMatchObject({error: {code}})
  if (existsSync(path('data/voiceprints.json')))
    expect(readFileSync(path('data/voiceprints.json'), 'utf8')).not.toContain('carla')
})
