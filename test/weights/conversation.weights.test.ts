// `essence test --mode conversation` with published weights, as on a machine where models are installed.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {testReportSchema} from '@essence/core/report/test-report'
import {expect, it} from 'vitest'
import {startEssence} from '../kit/start-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {piper, smolLM2, whisper} from './published.ts'

const missing = piper.missing || whisper['tiny.en'].missing || smolLM2.missing

it.skipIf(missing)(`June answers a question, coughs do not stop her, and "stop" does${missing}`, async () => {
  const folder = temporaryFolder()
  const env = {
    ...{ENV_SH: '/dev/null', HOME: temporaryFolder(), JUNE_DATA_DIR: temporaryFolder()},
    ...{STT_THREADS: '1', LLM_THREADS: '1', MODEL_MAX_TOKENS: '60'},
    ...{STT_MODEL: whisper['tiny.en'].path, TTS_MODEL: piper.path, MODEL_NAME: smolLM2.path},
  }
  const names = ['push-to-talk', 'cough', 'interrupt-stop']
  const args = ['test', '--mode', 'conversation', '--report', folder, ...names.flatMap(name => ['--scenario', name])]
  const {ended} = startEssence(args, env, undefined, 300_000)
  const {output} = await ended
  const {services, conversations, partial} = testReportSchema.parse(
    JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')),
  )
  expect(partial).toBeUndefined()
  expect(services.map(({name, mode, engine}) => [name, mode, engine?.engine])).toEqual([
    ['stt', 'real', 'whisper'],
    ['tts', 'real', 'piper'],
    ['gateway', 'real', 'llama.cpp'],
  ])
  expect(output).toContain(`of ${names.length} scenarios passed`)
  // Whether, not how soon: a busy machine is slow.
  expect(conversations?.scenarios.map(({name}) => name)).toEqual(names)
  expect(conversations?.overall).toMatchObject({
    ...{utterances: 4, cutOffs: 0, interruptions: 1, missedStops: 0, disturbances: 1, falseStops: 0},
    ...{selfReplies: 0, falseTurns: 0},
  })
})
