import {parseMetrics, seriesName, sumOf} from '@essence/core/proof/metrics-text'
import {Counter, Histogram, Registry} from 'prom-client'
import {describe, expect, it} from 'vitest'

describe('parseMetrics', () => {
  it('reads what our services write', async () => {
    const registers = [new Registry()]
    const calls = new Counter({
      name: 'calls_total',
      help: 'Calls, by "method"',
      labelNames: ['method', 'status'],
      registers,
    })
    calls.inc({method: 'a "quoted", one\n', status: 'OK'}, 2)
    calls.inc({method: 'b', status: 'OK'})
    new Histogram({name: 'seconds', help: 'Time', buckets: [1], registers}).observe(0.5)
    const samples = parseMetrics((await registers[0]?.metrics()) ?? '')
    expect(sumOf(samples, {name: 'calls_total'})).toBe(3)
    expect(sumOf(samples, {name: 'calls_total', labels: {method: 'b', status: 'OK'}})).toBe(1)
    expect(sumOf(samples, {name: 'seconds_bucket', labels: {le: '+Inf'}})).toBe(1)
    expect(sumOf(samples, {name: 'calls_total', labels: {method: 'c'}})).toBeUndefined()
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
