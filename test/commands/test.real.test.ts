// `essence test` as a user runs it, on a machine without models: june-nano hears espeak-ng.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {TestRunReport} from '@essence/core/cli/proof/run-test'
import {testReportSchema} from '@essence/core/report/test-report'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {describe, expect, it} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {sttServer, ttsServer} from '../rpc/serve.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const env = {ENV_SH: '/dev/null', STT_THREADS: '1', HOME: temporaryFolder(), JUNE_DATA_DIR: temporaryFolder()}
const roundTrip = ['test', '--mode', 'stt_tts_roundtrip']

const readReport = (folder: string) =>
  testReportSchema.parse(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')))

/** Processes that a process started, by the last word of their command lines. */
const childrenOf = (pid: number): Map<string, number> =>
  new Map(
    readdirSync('/proc').flatMap(name => {
      try {
        const [, , parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '. ')
          .split(' ')
        const last = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').at(-2)
        return Number(parent) === pid && last !== undefined ? [[last, Number(name)] as const] : []
      } catch {
        return []
      }
    }),
  )

describe('essence test', () => {
  it('proves both modes on a machine without models, and says so in page, data and JUnit', async () => {
    const folder = temporaryFolder()
    const junit = join(folder, 'junit.xml')
    const args = [
      'test',
      '--mode',
      'both',
      '--limit',
      '12',
      '--concurrency',
      '2',
      '--report',
      folder,
      '--junit',
      junit,
      '--json',
    ]
    const {status, stdout, stderr} = await essence(args, env)
    const {ok, data} = JSON.parse(stdout) as {ok: boolean; data: TestRunReport}
    expect({status, ok, reasons: data.runs.flatMap(({reasons}) => reasons), stderr}).toEqual({
      status: 0,
      ok: true,
      reasons: [],
      stderr: '',
    })
    const [mock, trip] = ['mock', 'stt_tts_roundtrip'].map(mode => readReport(join(folder, mode)))
    expect(mock).toMatchObject({passed: true, mode: 'mock'})
    expect(new Set(mock?.checks.map(({service}) => service))).toEqual(
      new Set(['inference', 'stt', 'tts', 'gateway', 'telegram', 'discord']),
    )
    expect(trip).toMatchObject({
      passed: true,
      roundTrip: {input: {all: {cases: 12, failed: 0}}, dataset: {name: 'validation', seed: 1}},
    })
    expect(trip?.services.find(({name}) => name === 'stt')?.engine?.files[0]?.sha256).toMatch(/^[\da-f]{64}$/)
    expect(readFileSync(join(folder, 'stt_tts_roundtrip/index.html'), 'utf8')).toMatch(
      /<audio[^>]+src="data:audio\/ogg;base64,/,
    )
    expect(readFileSync(junit, 'utf8')).toMatch(/<testsuites name="essence" tests="\d{2,}" failures="0"/)
  })

  it('leaves a partial report on Ctrl-C, and no service', async () => {
    const folder = temporaryFolder()
    const {child, until} = startEssence(
      [...roundTrip, '--limit', '500', '--concurrency', '1', '--report', folder, '-v'],
      env,
    )
    await until(/starting gateway/)
    await expect.poll(() => readdirSync(join(folder, 'audio')).length, {timeout: 30_000}).toBeGreaterThan(2)
    const children = childrenOf(child.pid ?? 0)
    const services = ['stt', 'tts', 'gateway'].map(name => children.get(name) ?? 0)
    expect(services).not.toContain(0)
    child.kill('SIGINT')
    const status = await new Promise(resolve => child.once('exit', resolve))
    expect(status).toBe(130)
    const {partial, passed, roundTrip: found} = readReport(folder)
    expect({partial, passed}).toEqual({partial: expect.any(String), passed: false})
    expect(found?.cases.length).toBeGreaterThan(0)
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain('artial')
    for (const pid of services) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('is red where a service dies in the middle, with the whole report', async () => {
    const folder = temporaryFolder()
    const {child, until} = startEssence(
      [...roundTrip, '--limit', '20', '--concurrency', '1', '--report', folder, '-v'],
      env,
    )
    await until(/starting gateway/)
    await expect.poll(() => readdirSync(join(folder, 'audio')).length, {timeout: 30_000}).toBeGreaterThan(2)
    process.kill(childrenOf(child.pid ?? 0).get('stt') ?? 0, 'SIGKILL')
    const status = await new Promise(resolve => child.once('exit', resolve))
    expect(status).toBe(6)
    const {passed, reasons, roundTrip: found} = readReport(folder)
    expect(passed).toBe(false)
    expect(reasons.join('\n')).toMatch(/stt ended in the middle.*SIGKILL/)
    expect(found?.cases).toHaveLength(20)
  })

  it('keeps what one mode found where the next cannot be run', async () => {
    const [stt, tts] = [await sttServer(mockSpeechToText()), await ttsServer(await openMockTextToSpeech())]
    const folder = temporaryFolder()
    const junit = join(folder, 'junit.xml')
    const urls = [`stt=${stt.url}`, `tts=${tts.url}`, 'http://127.0.0.1:1'].flatMap(url => ['--url', url])
    const {status, stdout} = await essence(
      ['test', '--mode', 'both', ...urls, '--report', folder, '--junit', junit, '--json'],
      env,
    )
    await Promise.all([stt.close(), tts.close()])
    const {data, error} = JSON.parse(stdout) as {data: TestRunReport; error: {message: string}}
    expect({status, message: error.message}).toEqual({status: 3, message: expect.stringContaining('is a stand-in')})
    expect(data).toMatchObject({passed: false, runs: [{mode: 'mock', passed: true}]})
    expect(readFileSync(junit, 'utf8')).toContain('name="telegram"')
  })

  it.each<[string, string[], number, RegExp]>([
    ['a mode that is none', ['test', '--mode', 'bogus'], 2, /mock, stt_tts_roundtrip, conversation, both/],
    [
      'a conversation that is none',
      ['test', '--mode', 'conversation', '--scenario', 'plain-qestion'],
      2,
      /Did you mean plain-question\?/,
    ],
    ['no phrase at all', [...roundTrip, '--limit', '0'], 2, /--limit/],
    ['an address that is none', [...roundTrip, '--url', 'here'], 2, /--url "here"/],
    ['a data set that is not there', [...roundTrip, '--dataset', 'alise'], 2, /Did you mean alice/],
    ['a folder that cannot be written', [...roundTrip, '--report', '/proc/x'], 3, /\/proc\/x cannot be written/],
    [
      'services that are not there',
      [
        ...roundTrip,
        ...['stt=grpc', 'tts=grpc', 'http'].flatMap(name => ['--url', `${name}://127.0.0.1:1`]),
        '--start-timeout',
        '1',
      ],
      5,
      /127\.0\.0\.1:1/,
    ],
    [
      'a service that is not ready in time',
      [...roundTrip, '--start-timeout', '1', '--limit', '1'],
      6,
      /not ready after 1 s|could not be started/,
    ],
  ])('says what is wrong with %s', async (_, args, expected, message) => {
    const {status, stderr} = await essence(args, {...env, JUNE_TEST_DATA_DIR: temporaryFolder()})
    expect({status, stderr}).toEqual({status: expected, stderr: expect.stringMatching(message)})
  })
})
