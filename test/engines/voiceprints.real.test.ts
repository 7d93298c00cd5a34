// Voiceprints in a file and, where machines share it, in a real PostgreSQL; with a key and without.
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openVoiceprints, type VoiceprintSettings} from '@essence/core/engines/speaker/voiceprints'
import {Secret} from '@essence/core/kit/secret'
import type {Voiceprint} from '@essence/core/speaker/port'
import {voiceprintFile} from '@essence/core/speaker/voiceprint-file'
import {afterAll, describe, expect, it} from 'vitest'
import {noPostgres, type PostgresServer, startPostgres} from '../store/postgres-server.ts'
import {temporaryFolder} from '../temporary-folder.ts'

let server: Promise<PostgresServer> | undefined
afterAll(async () => (await server)?.stop())

const voiceprint = (person: string, ...vector: number[]): Voiceprint => ({
  ...{person, model: 'circle', vector: Float32Array.from(vector)},
  enrolledAt: new Date('2026-11-30T04:00:00Z'),
})

type Keys = Partial<Record<'ENCRYPTION_KEY' | 'ENCRYPTION_KEY_OLD', string>>

const settings = (where: Pick<VoiceprintSettings, 'JUNE_DATA_DIR'> & {POSTGRES_URL?: Secret}, keys: Keys = {}) => ({
  POSTGRES_URL: undefined,
  ...{ENCRYPTION_KEY_FILE: undefined, ENABLE_DB_ENCRYPTION: true},
  ENCRYPTION_KEY: keys.ENCRYPTION_KEY === undefined ? undefined : new Secret(keys.ENCRYPTION_KEY),
  ENCRYPTION_KEY_OLD: keys.ENCRYPTION_KEY_OLD === undefined ? undefined : new Secret(keys.ENCRYPTION_KEY_OLD),
  ...where,
})

const [key, newKey] = ['first-key-of-voices', 'second-key-of-voices']

describe('in a file', () => {
  const enrolled = async () => {
    const JUNE_DATA_DIR = temporaryFolder()
    const path = join(JUNE_DATA_DIR, 'voiceprints.json')
    const opened = (keys: Keys = {}, more: Partial<VoiceprintSettings> = {}) =>
      openVoiceprints({...settings({JUNE_DATA_DIR}, keys), ...more})
    const all = [voiceprint('anna', 0.123456789, -0.5), voiceprint('ben', 0.123456789, 1)]
    for (const each of all) await opened().put(each)
    return {path, opened, all, text: () => readFileSync(path, 'utf8')}
  }

  it('are sealed where a key is set, given another key, and plain again where there is none', async () => {
    const {opened, all, text} = await enrolled()
    const before = text()
    expect(before).toContain('0.1234')
    await opened({ENCRYPTION_KEY: key}).renew()
    const sealed = text()
    expect(sealed).not.toContain('0.12')
    expect(await opened({ENCRYPTION_KEY: key}).all()).toEqual(all)
    // Nothing is to be done a second time.
    await opened({ENCRYPTION_KEY: key}).renew()
    expect(text()).toBe(sealed)
    await opened({ENCRYPTION_KEY: newKey, ENCRYPTION_KEY_OLD: key}).renew()
    expect(await opened({ENCRYPTION_KEY: newKey}).all()).toEqual(all)
    await opened({ENCRYPTION_KEY: newKey}, {ENABLE_DB_ENCRYPTION: false}).renew()
    expect(text()).toBe(before)
  })

  it('are refused without their key, and lost by nothing; a person is erased all the same', async () => {
    const {opened, all, text} = await enrolled()
    await opened({ENCRYPTION_KEY: key}).renew()
    const sealed = text()
    for (const other of [opened(), opened({ENCRYPTION_KEY: newKey})]) {
      const refusal = {code: 'DECRYPTION_FAILED', suggestions: [expect.stringContaining('ENCRYPTION_KEY_OLD')]}
      await expect(other.all()).rejects.toMatchObject(refusal)
      await expect(other.renew()).rejects.toMatchObject(refusal)
    }
    expect(text()).toBe(sealed)
    expect(await opened().remove('anna')).toBe(true)
    expect(await opened({ENCRYPTION_KEY: key}).all()).toEqual(all.slice(1))
  })

  it('do not open in the place of another person', async () => {
    const {opened, path, text} = await enrolled()
    await opened({ENCRYPTION_KEY: key}).renew()
    writeFileSync(path, text().replace('"anna"', '"mallory"'))
    await expect(opened({ENCRYPTION_KEY: key}).all()).rejects.toMatchObject({code: 'DECRYPTION_FAILED'})
  })
})

it.skipIf(noPostgres)(`are sealed in a database, too, also what a machine had kept plainly${noPostgres}`, async () => {
  server ??= startPostgres()
  const where = {JUNE_DATA_DIR: temporaryFolder(), POSTGRES_URL: await (await server).database()}
  const [anna, ben] = [voiceprint('anna', 0.123456789, -0.5), voiceprint('ben', 0.5, 0.5)]
  await voiceprintFile(where.JUNE_DATA_DIR).put(anna)
  await openVoiceprints(settings(where)).put(ben)
  const sealing = openVoiceprints(settings(where, {ENCRYPTION_KEY: key}))
  await sealing.renew()
  expect(await sealing.all()).toEqual([anna, ben])
  await expect(openVoiceprints(settings(where)).all()).rejects.toMatchObject({code: 'DECRYPTION_FAILED'})
  expect(await openVoiceprints(settings(where)).remove('ben')).toBe(true)
  await openVoiceprints(settings(where, {ENCRYPTION_KEY: newKey, ENCRYPTION_KEY_OLD: key})).renew()
  expect(await openVoiceprints(settings(where, {ENCRYPTION_KEY: newKey})).all()).toEqual([anna])
})

it.skipIf(noPostgres)(
  `are known on every machine, and what one had kept for itself moves there${noPostgres}`,
  async () => {
    server ??= startPostgres()
    const POSTGRES_URL = await (await server).database()
    const [attic, cellar] = [temporaryFolder(), temporaryFolder()]
    await voiceprintFile(attic).put(voiceprint('telegram:42', 1, 0))
    const there = openVoiceprints(settings({JUNE_DATA_DIR: cellar, POSTGRES_URL}))
    const here = openVoiceprints(settings({JUNE_DATA_DIR: attic, POSTGRES_URL}))
    await there.put(voiceprint('discord:43', 0.5, -0.5))
    expect(await here.all()).toEqual([voiceprint('discord:43', 0.5, -0.5), voiceprint('telegram:42', 1, 0)])
    expect(await voiceprintFile(attic).all()).toEqual([])
    await here.put(voiceprint('discord:43', 0, 1))
    expect(await there.all()).toEqual([voiceprint('discord:43', 0, 1), voiceprint('telegram:42', 1, 0)])
    // Erased on one machine it does not come back from another.
    expect([await there.remove('telegram:42'), await there.remove('telegram:42')]).toEqual([true, false])
    expect(await here.all()).toEqual([voiceprint('discord:43', 0, 1)])
  },
)
