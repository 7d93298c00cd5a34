import {junitXml} from '@essence/core/report/junit'
import type {TestReport} from '@essence/core/report/test-report'
import {SaxesParser} from 'saxes'
import {describe, expect, it} from 'vitest'
import {mockReport, roundTripReport} from './reports.ts'

interface Element {
  name: string
  attributes: Record<string, string>
  within: Element[]
}

/** The document, read by a parser that takes nothing but XML. */
const parsed = (xml: string): Element => {
  const top: Element = {name: '', attributes: {}, within: []}
  const open = [top]
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', ({name, attributes}) => {
    const element = {name, attributes: attributes as Record<string, string>, within: []}
    open.at(-1)?.within.push(element)
    open.push(element)
  })
  parser.on('closetag', () => open.pop())
  parser.write(xml).close()
  const [root] = top.within
  if (!root) throw new Error('There is no root.')
  return root
}

const number = /^\d+$/
const time = /^\d+\.\d{3}$/

describe('junitXml', () => {
  it('has the elements, attributes and counts that CI servers read', () => {
    const root = parsed(junitXml([roundTripReport(300)]))
    expect(root.name).toBe('testsuites')
    const cases = root.within.flatMap(suite => suite.within)
    const failed = cases.filter(({within}) => within.length > 0)
    expect(root.attributes).toEqual({
      name: 'essence',
      tests: String(cases.length),
      failures: String(failed.length),
      errors: '0',
      time: '412.345',
    })
    expect(cases).toHaveLength(301)
    for (const suite of root.within) {
      expect(suite.name).toBe('testsuite')
      const failures = suite.within.filter(({within}) => within.length > 0)
      expect(suite.attributes).toEqual({
        name: expect.any(String),
        tests: String(suite.within.length),
        failures: String(failures.length),
        errors: expect.stringMatching(number),
        skipped: expect.stringMatching(number),
        time: expect.stringMatching(time),
        timestamp: '2026-11-29T04:30:00',
      })
      for (const each of suite.within) {
        expect(each.name).toBe('testcase')
        expect(Object.keys(each.attributes).toSorted()).toEqual(['classname', 'name', 'time'])
        expect(each.attributes['time']).toMatch(time)
        expect(each.within.map(({name}) => name)).toEqual(each.within.length > 0 ? ['failure'] : [])
      }
    }
    expect(root.within.map(({attributes}) => attributes['name'])).toEqual(['short', 'medium', 'long', 'verdict'])
  })

  it('fails the verdict of a run that missed a threshold, or ended early', () => {
    const verdict = (report: TestReport) =>
      parsed(junitXml([report])).within.at(-1)?.within[0]?.within[0]?.attributes['message']
    expect(verdict(mockReport())).toBeUndefined()
    expect(verdict({...mockReport(), passed: false, reasons: ['WER: 9 %', 'failed: 2 %']})).toBe(
      'WER: 9 %\nfailed: 2 %',
    )
    expect(verdict({...mockReport(), partial: 'Ctrl-C.'})).toBe('Partial: Ctrl-C.')
  })

  it('stays XML whatever a service answered', () => {
    const hostile = `</testcase>&"'<![CDATA[\u0000\u001b[31m\ud800\uffff\n]]>`
    const checks = [{service: hostile, name: hostile, ok: false, ms: 1500, detail: hostile}]
    const [suite] = parsed(junitXml([{...mockReport(), checks}])).within
    const kept = `</testcase>&"'<![CDATA[[31m\n]]>`
    expect(suite?.attributes['name']).toBe(kept)
    expect(suite?.within[0]?.attributes).toMatchObject({name: kept, time: '1.500'})
    expect(suite?.within[0]?.within[0]?.attributes).toEqual({type: 'failure', message: kept})
  })
})
