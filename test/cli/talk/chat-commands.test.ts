import {type ChatPlace, chatCommand, decisionOf, modelLines, sourcesLine} from '@essence/core/cli/talk/chat-commands'
import type {Fact} from '@essence/core/memory/port'
import {expect, it} from 'vitest'

const fact = (id: string, text: string): Fact => ({
  id,
  text,
  provenance: 'said',
  importance: 0.5,
  validFrom: new Date(0),
})

const place = () => {
  let facts = [fact('a', 'Lives in Lyon.'), fact('b', 'Has a dog.')]
  const forgotten: unknown[] = []
  const assistant = {
    info: {engine: 'llama', model: 'small', device: 'cpu', deviceReason: '', sampleRates: []},
    mind: {
      memory: {
        facts: async (speaker: string) => (speaker === 'cli' ? facts : []),
        erase: async (_speaker: string, id: string) => {
          facts = facts.filter(one => one.id !== id)
        },
      },
      tools: ['calculator', 'remind'],
    },
    forget: async (...call: unknown[]) => void forgotten.push(call),
  } as unknown as ChatPlace['assistant']
  return {assistant, speaker: 'cli', session: 'chat', forgotten}
}

it('lists facts and erases the one of that number only', async () => {
  const here = place()
  expect(await chatCommand('/memory', here)).toEqual(['1  Lives in Lyon.', '2  Has a dog.'])
  expect(await chatCommand('/forget 1', here)).toEqual(['Erased: Lives in Lyon.'])
  expect(await chatCommand('/memory', here)).toEqual(['1  Has a dog.'])
  for (const wrong of ['/forget', '/forget 0', '/forget 7', '/forget dog'])
    expect(await chatCommand(wrong, here)).toEqual(['/forget takes the number of a fact; /memory lists 1.'])
  expect(await chatCommand('/memory', here)).toHaveLength(1)
})

it('forgets the conversation of this session and person', async () => {
  const here = place()
  await chatCommand('/reset', here)
  expect(here.forgotten).toEqual([['chat', 'cli']])
})

it('tells the model, its memory and the tools', async () => {
  const here = place()
  expect(await modelLines(here)).toEqual([
    'June answers by text: small on cpu.',
    'Memory is on; facts she knows of you: 2.',
  ])
  expect(await chatCommand('/tools', here)).toEqual(['calculator', 'remind'])
  expect(await chatCommand('/quit', here)).toBe('leave')
})

it('says what is missing where nothing is remembered', async () => {
  const {assistant, ...where} = place()
  const here = {...where, assistant: {...assistant, mind: undefined, lacks: ['no memory: database is down']}}
  expect(await chatCommand('/memory', here)).toEqual(['no memory: database is down'])
  expect(await modelLines(here)).toContain('Memory is off.')
})

it('hints at /help for a command that is not there; other lines are messages', async () => {
  expect(await chatCommand('/nope', place())).toEqual(['There is no /nope; /help lists what there is.'])
  expect(await chatCommand('what is 1/2?', place())).toBeUndefined()
})

it('takes yes and no as a decision only where one was asked', () => {
  const asked = {id: 'c1', question: 'Erase it?', expiresAt: new Date(0)}
  expect(decisionOf('Yes', asked)).toEqual({confirmation: 'c1', accepted: true})
  expect(decisionOf('n', asked)).toEqual({confirmation: 'c1', accepted: false})
  expect(decisionOf('not yet', asked)).toBeUndefined()
  expect(decisionOf('y', undefined)).toBeUndefined()
})

it('names sources with their page', () => {
  expect(
    sourcesLine([
      {id: '1', name: 'Lease', page: 3},
      {id: '2', name: 'Notes'},
    ]),
  ).toBe('from Lease, page 3; Notes')
  expect(sourcesLine([])).toBeUndefined()
})
