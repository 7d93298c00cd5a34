// Whom an owner means, where strangers call themselves as they like.
import {partyNamed} from '@essence/core/access/channel/names'
import {expect, it} from 'vitest'

const person = (id: string, name: string) => ({channel: 'telegram', kind: 'person', id, name}) as const

const known = [
  person('42', 'Ada Lovelace (@ada)'),
  person('66', 'Eve'),
  person('67', '123456789'),
  person('68', '-100'),
]
const named = (text: string) => partyNamed(known, 'telegram', text)

it.each([
  ['42', '42'],
  ['Ada Lovelace (@ada)', '42'],
  ['ada lovelace', '42'],
  ['@ADA', '42'],
  ['ada', '42'],
  ['eve', '66'],
])('%s is %s', (text, id) => expect(named(text).id).toBe(id))

it('takes a number for an id, whoever has it as a name', () => {
  expect(named('123456789')).toEqual({channel: 'telegram', kind: 'person', id: '123456789'})
  expect(named('-100')).toEqual({channel: 'telegram', kind: 'group', id: '-100'})
})

it('does not choose between two', () => {
  const twice = [...known, person('69', 'eve')]
  expect(() => partyNamed(twice, 'telegram', 'Eve')).toThrow('"Eve" is the name of 2 on telegram.')
  expect(() => named('nobody')).toThrow('Nobody on telegram is known as "nobody".')
})
