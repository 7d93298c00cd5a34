import {openTurnLog} from '@essence/core/channel/turn-log'
import {openShared} from '@essence/core/store/shared/open'
import {describe, expect, it} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

describe('essence turns', () => {
  it('shows each of the last turns, and p50 and p95 of each channel', async () => {
    const folder = temporaryFolder()
    const env = {JUNE_DATA_DIR: folder, HOME: folder, ENV_SH: '/dev/null'}
    const none = await essence(['turns'], env, folder)
    expect({status: none.status, stderr: none.stderr.trim()}).toEqual({
      status: 0,
      stderr: 'No turn has been recorded yet.',
    })
    const log = openTurnLog({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}, () => {})
    for (let n = 1; n <= 20; n++) log.add({sttMs: n, totalMs: n * 10}, n % 2 === 0 ? 'telegram' : 'web')
    await expect.poll(async () => (await log.find({})).length).toBe(20)
    await log.close()
    const {stdout} = await essence(['turns', '--last', '4'], env, folder)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => line.split(/ {2,}/))
    expect(lines[0]).toEqual(['turn', 'channel', 'decode', 'stt', 'ttft', 'ttfa', 'llm', 'tts', 'total'])
    expect(lines.slice(1, 5).map(([, channel, stt, total]) => [channel, stt, total])).toEqual([
      ['web', '17', '170'],
      ['telegram', '18', '180'],
      ['web', '19', '190'],
      ['telegram', '20', '200'],
    ])
    expect(lines.slice(6)).toEqual([
      ['p50 of 2', 'telegram', '18', '180'],
      ['p95 of 2', 'telegram', '20', '200'],
      ['p50 of 2', 'web', '17', '170'],
      ['p95 of 2', 'web', '19', '190'],
    ])
    const {data} = JSON.parse((await essence(['turns', '--channel', 'web', '--json'], env, folder)).stdout)
    expect(data.quantiles).toEqual([
      {channel: 'web', turns: 10, stages: {stt: {p50: 9, p95: 19}, total: {p50: 90, p95: 190}}},
    ])
  })
  it('names a row that cannot be read, shows the others, and ends as what is damaged does', async () => {
    const folder = temporaryFolder()
    const env = {JUNE_DATA_DIR: folder, HOME: folder, ENV_SH: '/dev/null'}
    const db = await openShared({dataDir: folder})
    for (const times of ['{"totalMs":10}', '{"totalMs":', '{"totalMs":30}'])
      await db.run("insert into turns (at, channel, times) values (1, 'web', ?)", [times])
    await db.close()
    const {status, stdout, stderr} = await essence(['turns'], env, folder)
    expect(stdout).toMatch(/p50 of 2 +web +10/)
    expect(stderr).toContain(`Row 2 of turns in ${folder}`)
    expect(status).toBe(8)
    expect(JSON.parse((await essence(['turns', '--json'], env, folder)).stdout)).toMatchObject({
      ok: false,
      data: {turns: [{times: {totalMs: 10}}, {times: {totalMs: 30}}]},
      warnings: [expect.stringContaining('Row 2 of turns')],
      error: {code: 'RECORD_INVALID', exit: 8},
    })
  })
})
