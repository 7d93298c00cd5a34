import {openTurnLog} from '@essence/core/channel/turn-log'
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
})
