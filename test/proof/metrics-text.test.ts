import {parseMetrics, seriesName, sumOf} from '@essence/core/proof/metrics-text'
import {openMetrics} from '@essence/core/service/metrics'
import {describe, expect, it} from 'vitest'

describe('parseMetrics', () => {
  it('reads what our services write', async () => {
    const {registry, turnStarted, turnEnded} = openMetrics()
    for (const channel of ['a "quoted", one\n', 'web']) {
      turnStarted(channel)
      turnEnded(channel, 'ok', {totalMs: 500})
    }
    const samples = parseMetrics(await registry.metrics())
    expect(sumOf(samples, {name: 'june_turns_total'})).toBe(2)
    expect(sumOf(samples, {name: 'june_turns_total', labels: {channel: 'web', result: 'ok'}})).toBe(1)
    expect(sumOf(samples, {name: 'june_turn_stage_seconds_bucket', labels: {channel: 'web', le: '+Inf'}})).toBe(1)
    expect(sumOf(samples, {name: 'june_turns_total', labels: {channel: 'telegram'}})).toBeUndefined()
  })

  it.each([
    ['a 1', 1],
    ['a{b="c"} -2.5e3 1700000000000', -2500],
    ['a +Inf', Number.POSITIVE_INFINITY],
    ['a Nan', Number.NaN],
  ])('reads %s', (line, value) => {
    expect(parseMetrics(`# HELP a x\n${line}\n`)).toEqual([expect.objectContaining({name: 'a', value})])
  })

  it.each(['a', 'a one', '1a 1', 'a{b=c} 1', 'a{b="c} 1', 'a{b="c",,d="e"} 1', '<html>'])('refuses %s', line => {
    expect(() => parseMetrics(`a 1\n${line}\n`)).toThrow(`expected name{label="…"} value, found`)
  })

  it('names a series as Prometheus does', () => {
    expect(seriesName({name: 'a', labels: {b: 'c', d: 'e'}})).toBe('a{b="c",d="e"}')
    expect(seriesName({name: 'a'})).toBe('a')
  })
})
