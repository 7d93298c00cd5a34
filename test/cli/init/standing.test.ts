import {type Known, standingOf} from '@essence/core/cli/init/standing'
import {secret, timeZone} from '@essence/core/config/variable'
import {expect, it} from 'vitest'

const variables = {
  ZONE: timeZone({help: 'Zone'}),
  TOKEN: secret({help: 'Token', pattern: /^\d+$/, expected: 'digits'}),
}

const standing = (known: Partial<Omit<Known, 'file'>> & {file?: Record<string, string>}, name = 'ZONE') =>
  standingOf(
    {name, flag: name.toLowerCase()},
    {
      ...{variables, env: {}, given: new Map(), change: [], leftOut: [], ...known},
      file: new Map(Object.entries(known.file ?? {}).map(([key, value]) => [key, {value}])),
    },
  )

it('a flag wins over all; the file over the environment; what nobody says is missing', () => {
  const file = {ZONE: 'Europe/Paris'}
  const env = {ZONE: 'Europe/Rome'}
  const given = new Map([['ZONE', 'Europe/Berlin']])
  expect(standing({given, file, env})).toEqual({
    ...{kind: 'given', value: 'Europe/Berlin', by: '--zone', before: 'Europe/Paris'},
  })
  expect(standing({file, env})).toEqual({kind: 'kept', value: 'Europe/Paris'})
  expect(standing({env})).toEqual({kind: 'given', value: 'Europe/Rome', by: 'ZONE', before: undefined})
  expect(standing({})).toEqual({kind: 'missing', before: undefined, invalid: false})
})

it('a flag that says what the file says changes nothing', () => {
  expect(standing({given: new Map([['ZONE', 'UTC']]), file: {ZONE: ' UTC '}})).toEqual({kind: 'kept', value: 'UTC'})
})

it('nothing, and blanks, are no answer', () => {
  expect(standing({file: {ZONE: ''}, env: {ZONE: '  '}})).toMatchObject({kind: 'missing', invalid: false})
})

it('what cannot be used is missing, and told of as such', () => {
  expect(standing({file: {TOKEN: 'abc'}}, 'TOKEN')).toEqual({kind: 'missing', before: undefined, invalid: true})
})

it('what was left out stays so until it is given, or to be changed', () => {
  const leftOut = ['ZONE']
  expect(standing({leftOut})).toEqual({kind: 'left out'})
  expect(standing({leftOut, env: {ZONE: 'UTC'}})).toMatchObject({kind: 'given', value: 'UTC'})
  expect(standing({leftOut, change: ['ZONE']})).toMatchObject({kind: 'missing'})
})

it('what is to be changed is asked for with what it was, whatever the environment says', () => {
  const known = {change: ['ZONE'], file: {ZONE: 'UTC'}, env: {ZONE: 'Europe/Rome'}}
  expect(standing(known)).toEqual({kind: 'missing', before: 'UTC', invalid: false})
})
