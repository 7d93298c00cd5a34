import {remembered} from '@essence/core/access/remembered'
import {describe, expect, it} from 'vitest'

describe('what is remembered', () => {
  const open = () => {
    const asked: string[] = []
    let clock = 0
    let load = async (id: string): Promise<string> => id.toUpperCase()
    const memory = remembered(
      (id: string) => {
        asked.push(id)
        return load(id)
      },
      {ms: 2000, now: () => clock},
    )
    return {
      ...memory,
      asked,
      pass(ms: number): void {
        clock += ms
      },
      loadBy(other: typeof load): void {
        load = other
      },
    }
  }

  it('is loaded once, also by many at once, until its time is over or it is forgotten', async () => {
    const {get, forget, asked, pass} = open()
    expect(await Promise.all([get('a'), get('a'), get('b')])).toEqual(['A', 'A', 'B'])
    pass(1999)
    await get('a')
    expect(asked).toEqual(['a', 'b'])
    pass(1)
    await get('a')
    forget('a')
    await get('a')
    forget()
    await get('b')
    expect(asked).toEqual(['a', 'b', 'a', 'a', 'b'])
  })

  it('is not what was being loaded when it was forgotten', async () => {
    const {get, forget, loadBy} = open()
    const slow = Promise.withResolvers<string>()
    loadBy(() => slow.promise)
    const old = get('a')
    forget('a')
    loadBy(async () => 'new')
    expect(await get('a')).toBe('new')
    slow.resolve('old')
    expect(await old).toBe('old')
    expect(await get('a')).toBe('new')
  })

  it('is no failure', async () => {
    const {get, loadBy} = open()
    loadBy(() => Promise.reject(new Error('gone')))
    await expect(get('a')).rejects.toThrow('gone')
    loadBy(async () => 'back')
    expect(await get('a')).toBe('back')
  })

  it('is ten thousand ids at most', async () => {
    const {get, asked} = open()
    for (let n = 0; n <= 10_000; n++) await get(`${n}`)
    await get('10000')
    await get('1')
    expect(asked).toHaveLength(10_001)
    await get('0')
    expect(asked).toHaveLength(10_002)
  })
})
