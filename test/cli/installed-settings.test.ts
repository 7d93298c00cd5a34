import {installedSettings} from '@essence/core/cli/installed-settings'
import {port} from '@essence/core/config/variable'
import type {Interfaces} from '@oclif/core'
import {expect, it} from 'vitest'

const groupOf = (name: string) => ({heading: name, variables: {[`${name}_PORT`]: port({help: 'Port'})}})

/** What is read of plugins whose hooks give these, and the warnings about them. */
const readFrom = async (hooks: Record<string, unknown>) => {
  const results = Object.entries(hooks).map(([name, result]) => ({plugin: {name} as Interfaces.Plugin, result}))
  const runHook = async () => ({
    successes: results.filter(({result}) => !(result instanceof Error)),
    failures: results.flatMap(({plugin, result}) => (result instanceof Error ? [{plugin, error: result}] : [])),
  })
  const warnings: string[] = []
  const groups = await installedSettings({runHook} as never, text => warnings.push(text))
  return {headings: groups.map(({heading}) => heading), warnings}
}

it('every plugin gives its own', async () => {
  expect(await readFrom({a: groupOf('BELL'), b: groupOf('DOOR')})).toEqual({headings: ['BELL', 'DOOR'], warnings: []})
})

it('one that is broken is left out, told of, and spoils nothing for the others', async () => {
  const broken = {a: new Error('no such file'), b: undefined, c: {heading: 'C'}, d: {heading: 'D', variables: {X: 1}}}
  const {headings, warnings} = await readFrom({...broken, e: groupOf('BELL')})
  expect(headings).toEqual(['BELL'])
  expect(warnings).toEqual([
    'The settings of a cannot be read: no such file',
    ...['b', 'c', 'd'].map(name => expect.stringContaining(`The settings of ${name} are left out`)),
  ])
})

it('no name has two owners', async () => {
  const {headings, warnings} = await readFrom({a: groupOf('STT'), b: groupOf('BELL'), c: groupOf('BELL')})
  expect(headings).toEqual(['BELL'])
  expect(warnings).toEqual([
    'The settings of a are left out: STT_PORT is a setting of Essence.',
    'The settings of c are left out: BELL_PORT is a setting of b.',
  ])
})
