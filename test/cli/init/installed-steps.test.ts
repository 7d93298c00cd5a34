import {coreSteps} from '@essence/core/cli/init/core-steps'
import {installedSteps} from '@essence/core/cli/init/installed-steps'
import {coreGroups} from '@essence/core/config/schema'
import {port} from '@essence/core/config/variable'
import type {Interfaces} from '@oclif/core'
import {expect, it} from 'vitest'

const declared = [{heading: 'Bell', variables: {BELL_PORT: port({help: 'Port'})}}]

/** What is read of plugins whose hooks give these, and the warnings about them. */
const readFrom = async (hooks: Record<string, unknown>, groups: Parameters<typeof installedSteps>[1] = declared) => {
  const results = Object.entries(hooks).map(([name, result]) => ({plugin: {name} as Interfaces.Plugin, result}))
  const runHook = async () => ({
    successes: results.filter(({result}) => !(result instanceof Error)),
    failures: results.flatMap(({plugin, result}) => (result instanceof Error ? [{plugin, error: result}] : [])),
  })
  const warnings: string[] = []
  const steps = await installedSteps({runHook} as never, groups, text => warnings.push(text))
  return {names: steps.map(({name}) => name), warnings}
}

const bell = {name: 'BELL_PORT', question: 'Port of the bell'}

it('takes the questions of every plugin, also without a flag', async () => {
  expect(await readFrom({a: [bell]})).toEqual({names: ['BELL_PORT'], warnings: []})
})

it('asks in the order of names, whichever plugin was loaded first', async () => {
  const groups = [{heading: 'Bell', variables: {BELL_PORT: port({help: 'Port'}), DOOR: port({help: 'Door'})}}]
  const {names} = await readFrom({door: [{name: 'DOOR', question: 'Door'}], bell: [bell]}, groups)
  expect(names).toEqual(['BELL_PORT', 'DOOR'])
})

it('leaves out what is broken, or asks for what is not declared, and tells of it', async () => {
  const {names, warnings} = await readFrom({
    ...{a: new Error('no such file'), b: undefined, c: [{...bell, question: 1}], d: [{...bell, name: 'DOOR'}]},
    ...{e: [{...bell, also: ['DOOR']}], f: [bell]},
  })
  expect(names).toEqual(['BELL_PORT'])
  expect(warnings).toEqual([
    'The questions of a cannot be read: no such file',
    ...['b', 'c', 'd', 'e'].map(name => expect.stringContaining(`The questions of ${name} are left out`)),
  ])
})

it("the core's own questions are about its settings, and what they recommend can be used", () => {
  const variables = Object.assign({}, ...coreGroups.map(group => group.variables))
  for (const {name, recommended} of coreSteps)
    expect(variables[name].schema.safeParse(recommended)).toMatchObject({success: true})
})
