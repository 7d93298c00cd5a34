import {memoryTurnLog} from '@essence/core/channel/turn-log'
import {describe, expect, it} from 'vitest'
import {stageSummary} from '../../src/admin/stage-summary.ts'

const hourMs = 3_600_000

describe('the history of stages', () => {
  const start = Date.parse('2026-03-01T00:00:00Z')
  const open = () => {
    const clock = {now: start}
    const history = memoryTurnLog(() => clock.now)
    const summary = async (hours: number) =>
      stageSummary(await history.find({after: clock.now - hours * hourMs}), hours, clock.now)
    return {clock, history, summary}
  }

  it('has the median and the 95th percentile of each stage, by channel and over time', async () => {
    const {clock, history, summary} = open()
    for (let n = 1; n <= 100; n++) history.add({totalMs: n, ttfaMs: n * 10}, 'web')
    clock.now += 3 * hourMs
    history.add({totalMs: 500, decodeMs: 7}, 'other')
    const {series, ...rest} = await summary(4)
    expect(rest).toEqual({
      hours: 4,
      turns: 101,
      stages: {
        decode: {count: 1, p50: 7, p95: 7},
        ttfa: {count: 100, p50: 500, p95: 950},
        total: {count: 101, p50: 51, p95: 96},
      },
      channels: {
        web: {ttfa: {count: 100, p50: 500, p95: 950}, total: {count: 100, p50: 50, p95: 95}},
        other: {decode: {count: 1, p50: 7, p95: 7}, total: {count: 1, p50: 500, p95: 500}},
      },
    })
    expect(series).toHaveLength(48)
    // An hour after the beginning of the four, and at their very end.
    expect(series.flatMap(({stages}, index) => (stages.total ? [[index, stages.total.count]] : []))).toEqual([
      [12, 100],
      [47, 1],
    ])
    expect(series[12]?.at).toBe('2026-03-01T00:00:00.000Z')
  })

  it('leaves out what is older than asked for', async () => {
    const {clock, history, summary} = open()
    history.add({totalMs: 1}, 'web')
    clock.now += 2 * hourMs
    expect(await summary(1)).toMatchObject({turns: 0, stages: {}, channels: {}})
    expect((await summary(3)).turns).toBe(1)
  })
})
