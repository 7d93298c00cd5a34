import {pino} from 'pino'
import {describe, expect, it} from 'vitest'
import {Addressing, type Hears} from '../../src/voice-channel/addressing/addressing.ts'

const open = (hears: Hears = 'reply') => {
  let now = 0
  const room = {people: 2, hears}
  const addressing = new Addressing({
    hears: async () => room.hears,
    isAlone: () => room.people === 1,
    now: () => now,
    log: pino({level: 'silent'}),
  })
  addressing.refresh()
  return {
    ...{addressing, room},
    pass: (ms: number): void => {
      now += ms
    },
    /** Somebody says something. */
    says: (person: string, text: string): boolean => {
      addressing.take(person, {type: 'speechStarted'})
      now += 1000
      const isMeant = addressing.isMeant(person, text)
      addressing.take(person, {type: 'committed'})
      return isMeant
    },
    /** June answers, from beginning to end. */
    answered: (person: string): void => {
      addressing.take(person, {type: 'responseStarted'})
      now += 3000
      addressing.take(person, {type: 'responseEnded'})
    },
  }
}

describe('what is said to June', () => {
  it('is all that somebody says who is alone with her', () => {
    const {says, room} = open()
    room.people = 1
    expect(says('alice', 'what time is it?')).toBe(true)
    room.people = 2
    expect(says('alice', 'what time is it?')).toBe(false)
  })

  it('among several is what names her, and how the same person goes on after her answer', () => {
    const {says, answered, pass} = open()
    expect(says('alice', 'June, what time is it?')).toBe(true)
    answered('alice')
    pass(7000)
    expect(says('bob', 'and in Rome?')).toBe(false)
    pass(-1000)
    expect(says('alice', 'and in Rome?')).toBe(true)
    answered('alice')
    pass(8001)
    expect(says('alice', 'let us go')).toBe(false)
  })

  it('is what somebody says into her answer to them', () => {
    const {addressing, says} = open()
    addressing.take('alice', {type: 'responseStarted'})
    expect(says('alice', 'no, in Rome')).toBe(true)
    expect(says('bob', 'listen to that')).toBe(false)
  })

  it('begins within 8 s, however long it lasts', () => {
    const {addressing, answered, pass} = open()
    answered('alice')
    pass(7000)
    addressing.take('alice', {type: 'speechStarted'})
    pass(20_000)
    expect(addressing.isMeant('alice', 'tell me of the sea')).toBe(true)
  })

  it('is chosen for the channel: all, or only what names her', async () => {
    const {says, answered, room, addressing} = open('always')
    await Promise.resolve()
    expect(says('alice', 'nice weather')).toBe(true)
    room.hears = 'mention'
    addressing.refresh()
    await Promise.resolve()
    await Promise.resolve()
    answered('alice')
    room.people = 1
    expect(says('alice', 'and in Rome?')).toBe(false)
    expect(says('alice', 'June, and in Rome?')).toBe(true)
  })
})
