// Voiceprints where machines share a database, on a real PostgreSQL.
import {openVoiceprints} from '@essence/core/engines/voiceprints'
import type {Voiceprint} from '@essence/core/speaker/port'
import {voiceprintFile} from '@essence/core/speaker/voiceprint-file'
import {afterAll, expect, it} from 'vitest'
import {noPostgres, type PostgresServer, startPostgres} from '../store/postgres-server.ts'
import {temporaryFolder} from '../temporary-folder.ts'

let server: Promise<PostgresServer> | undefined
afterAll(async () => (await server)?.stop())

const voiceprint = (person: string, ...vector: number[]): Voiceprint => ({
  ...{person, model: 'circle', vector: Float32Array.from(vector)},
  enrolledAt: new Date('2026-11-30T04:00:00Z'),
})

it.skipIf(noPostgres)(
  `are known on every machine, and what one had kept for itself moves there${noPostgres}`,
  async () => {
    server ??= startPostgres()
    const POSTGRES_URL = await (await server).database()
    const [attic, cellar] = [temporaryFolder(), temporaryFolder()]
    await voiceprintFile(attic).put(voiceprint('telegram:42', 1, 0))
    const there = openVoiceprints({JUNE_DATA_DIR: cellar, POSTGRES_URL})
    const here = openVoiceprints({JUNE_DATA_DIR: attic, POSTGRES_URL})
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
