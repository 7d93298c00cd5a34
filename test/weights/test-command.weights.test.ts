// `essence test` with a published recogniser and a published voice, as on a machine where models are installed.
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {testReportSchema} from '@essence/core/report/test-report'
import {expect, it} from 'vitest'
import {startEssence} from '../kit/start-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {piper, whisper} from './published.ts'

const missing = piper.missing || whisper.base.missing

it.skipIf(missing)(`sixteen phrases go round by Whisper base and Piper${missing}`, async () => {
  const folder = temporaryFolder()
  const env = {
    ...{ENV_SH: '/dev/null', HOME: temporaryFolder(), JUNE_DATA_DIR: temporaryFolder(), STT_THREADS: '1'},
    ...{STT_MODEL: whisper.base.path, TTS_MODEL: piper.path},
  }
  const args = ['test', '--mode', 'stt_tts_roundtrip', '--limit', '16', '--concurrency', '4', '--report', folder]
  const {ended} = startEssence(args, env, undefined, 500_000)
  const {status, output} = await ended
  expect(output).toContain('PASSED')
  expect(status).toBe(0)
  const {services, roundTrip} = testReportSchema.parse(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')))
  expect(roundTrip?.thresholds.row).toMatch(/^Whisper base with Piper on validation: measured/)
  expect(roundTrip?.input.all).toMatchObject({cases: 16, failed: 0})
  const digests = services.flatMap(({engine}) => engine?.files.map(({sha256}) => sha256.slice(0, 8)) ?? [])
  // Of the recogniser's file as it is written here: the last bits of its mel filters are those of the processor.
  const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 8)
  expect(digests).toEqual([digestOf(whisper.base.path), '58afce03'])
})
