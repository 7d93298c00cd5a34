import {AllowList} from '@essence/core/access/allow-list'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('AllowList', () => {
  it('lets nobody in when it is empty', () => {
    fc.assert(fc.property(fc.string(), id => !new AllowList([]).allows(id)))
    expect(new AllowList(['', '  ']).allows('')).toBe(false)
  })

  it('lets in exactly those on it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), (ids, id) => {
        expect(new AllowList(ids.map(String)).allows(String(id))).toBe(ids.includes(id))
      }),
    )
  })

  it('takes a number for a number, however it is written', () => {
    const list = new AllowList([' 0042 ', 'web:Ada'])
    expect(list.allows('42')).toBe(true)
    expect(list.allows('420')).toBe(false)
    expect(list.allows('web:Ada')).toBe(true)
    expect(list.allows('web:ada')).toBe(false)
    expect(list.size).toBe(2)
  })

  it('keeps ids beyond 2^53 apart', () => {
    expect(new AllowList(['9007199254740993']).allows('9007199254740992')).toBe(false)
  })
})
