import {chmodSync, existsSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Voiceprint} from '@essence/core/speaker/port'
import {voiceprintFile} from '@essence/core/speaker/voiceprint-file'
import {beforeEach, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()
let at = 0
let dataDir = ''
let path = ''
beforeEach(() => {
  dataDir = join(folder, `data-${at++}`)
  path = join(dataDir, 'voiceprints.json')
})

const voiceprint = (person: string, ...vector: number[]): Voiceprint => ({
  person,
  model: 'm',
  vector: Float32Array.from(vector),
  enrolledAt: new Date('2026-11-29T12:00:00Z'),
})

it('keeps one voiceprint of each person, exact to the bit, for its owner alone', async () => {
  const kept = voiceprintFile(dataDir)
  const ben = voiceprint('ben', 0.1, 1 / 3, -0.7)
  await kept.put(ben)
  await kept.put(voiceprint('anna', 1, 0, 0))
  await kept.put(voiceprint('anna', 0, 1, 0))
  expect(await voiceprintFile(dataDir).all()).toEqual([voiceprint('anna', 0, 1, 0), ben])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('keeps its mode where another one had been given', async () => {
  const kept = voiceprintFile(dataDir)
  await kept.put(voiceprint('anna', 1, 0))
  chmodSync(path, 0o644)
  await kept.put(voiceprint('ben', 1, 0))
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('erases a person for good, and says whether there was one', async () => {
  const kept = voiceprintFile(dataDir)
  expect(await kept.remove('anna')).toBe(false)
  expect(existsSync(dataDir)).toBe(false)
  await kept.put(voiceprint('anna', 0.123456789, 0))
  await kept.put(voiceprint('ben', 0, 1))
  expect(await kept.remove('anna')).toBe(true)
  expect(await kept.remove('anna')).toBe(false)
  expect((await kept.all()).map(({person}) => person)).toEqual(['ben'])
  expect(readFileSync(path, 'utf8')).not.toMatch(/anna|0\.12/)
})

it('loses nobody where many are enrolled at once', async () => {
  const names = ['anna', 'ben', 'carla', 'dora', 'emil', 'fritz']
  // Each as a process of its own would: all have the path, and nothing else, in common.
  await Promise.all(names.map(name => voiceprintFile(dataDir).put(voiceprint(name, 1, 0))))
  expect((await voiceprintFile(dataDir).all()).map(({person}) => person)).toEqual(names)
})

it.each([
  ['no JSON', '{"version":1,"voicepr'],
  ['of another version', '{"version":2,"voiceprints":[]}'],
  [
    'without vectors',
    '{"version":1,"voiceprints":[{"person":"anna","model":"m","enrolledAt":"2026-11-29T12:00:00.000Z"}]}',
  ],
])('a file that is %s is refused, and not written over', async (_, content) => {
  const kept = voiceprintFile(dataDir)
  await kept.put(voiceprint('anna', 1, 0))
  writeFileSync(path, content)
  const refusal = {code: 'STORE_UNAVAILABLE', message: expect.stringContaining(path)}
  await expect(kept.all()).rejects.toMatchObject(refusal)
  await expect(kept.put(voiceprint('ben', 1, 0))).rejects.toMatchObject(refusal)
  await expect(kept.remove('anna')).rejects.toMatchObject(refusal)
  expect(readFileSync(path, 'utf8')).toBe(content)
})

it('says that the folder cannot be written', async () => {
  writeFileSync(dataDir, '')
  const refused = voiceprintFile(join(dataDir, 'below')).put(voiceprint('anna', 1, 0))
  await expect(refused).rejects.toMatchObject({code: 'DATA_DIR_UNWRITABLE'})
})
