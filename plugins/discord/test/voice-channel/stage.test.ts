import type {LiveEvent} from '@essence/core/conversation/port'
import {beforeEach, describe, expect, it, vi} from 'vitest'
import {Stage} from '../../src/voice-channel/stage.ts'

const [alice, bob] = ['alice', 'bob']

/** A stage with two people's conversations, and what it did with them. */
const openStage = () => {
  const calls: string[] = []
  let now = 0
  const stage = new Stage({now: () => now, onHold: () => calls.push('hold')})
  for (const person of [alice, bob]) {
    stage.add(person, {
      suspend: () => void calls.push(`${person} suspended`),
      resume: () => void calls.push(`${person} resumed`),
      cancel: heardMs => calls.push(`${person} cancelled ${heardMs}`) > 0,
    })
  }
  stage.setAway(false)
  calls.length = 0
  const say = (person: string, event: {type: LiveEvent['type']; text?: string}): void =>
    stage.take(person, {response: 'r', item: 'i', text: 'words', ...event} as LiveEvent)
  return {
    ...{stage, calls, say},
    pass: (ms: number): void => {
      now += ms
      vi.advanceTimersByTime(ms)
    },
    /** What was done since the last look. */
    done: () => calls.splice(0),
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

describe('the stage of a room', () => {
  it('gives the word to one answer after the other', () => {
    const {say, done, stage} = openStage()
    say(alice, {type: 'responseStarted'})
    say(bob, {type: 'responseStarted'})
    expect(done()).toEqual(['alice resumed'])
    expect(stage.speaksTo).toBe(alice)
    say(alice, {type: 'responseEnded'})
    expect(done()).toEqual(['alice suspended', 'bob resumed'])
    say(bob, {type: 'responseEnded'})
    expect(stage.speaksTo).toBeUndefined()
  })

  it('forgets an answer that was withdrawn while it waited', () => {
    const {say, done} = openStage()
    say(alice, {type: 'responseStarted'})
    say(bob, {type: 'responseStarted'})
    say(bob, {type: 'responseEnded'})
    done()
    say(alice, {type: 'responseEnded'})
    expect(done()).toEqual(['alice suspended'])
  })

  it('waits while somebody else speaks, but not without end', () => {
    const {say, done, pass} = openStage()
    say(bob, {type: 'speechStarted'})
    say(alice, {type: 'responseStarted'})
    expect(done()).toEqual([])
    say(bob, {type: 'committed'})
    expect(done()).toEqual(['alice resumed'])
    say(alice, {type: 'responseEnded'})
    say(bob, {type: 'speechStarted'})
    say(alice, {type: 'responseStarted'})
    done()
    pass(7900)
    expect(done()).toEqual([])
    pass(200)
    expect(done()).toEqual(['alice resumed'])
  })

  it('is quiet while it is found out whether somebody else interrupts, and goes on', () => {
    const {stage, say, done} = openStage()
    say(alice, {type: 'responseStarted'})
    done()
    const floor = stage.floorFor(bob)
    expect([floor.isTaken, stage.floorFor(alice).isTaken]).toEqual([true, false])
    floor.hold()
    expect(done()).toEqual(['hold', 'alice suspended'])
    // Somebody who did not hold her cannot let her go on.
    stage.floorFor('carol').goOn()
    expect(done()).toEqual([])
    floor.goOn()
    expect(done()).toEqual(['alice resumed'])
  })

  it('ends what was heard of, and puts off what was not, when somebody else has the word', () => {
    const {stage, say, done} = openStage()
    const floor = stage.floorFor(bob)
    say(alice, {type: 'responseStarted'})
    floor.hold()
    done()
    floor.yieldTo()
    expect(done()).toEqual(['alice suspended'])
    say(bob, {type: 'speechStarted'})
    say(bob, {type: 'committed'})
    expect(done()).toEqual(['alice resumed'])
    say(alice, {type: 'audio'})
    floor.hold()
    floor.yieldTo()
    expect(done()).toEqual(['hold', 'alice suspended', 'alice cancelled Infinity'])
  })

  it('stands still while the room cannot be reached', () => {
    const {stage, say, done} = openStage()
    say(alice, {type: 'responseStarted'})
    done()
    stage.setAway(true)
    say(bob, {type: 'responseStarted'})
    expect(done()).toEqual(['alice suspended'])
    stage.setAway(false)
    expect(done()).toEqual(['alice resumed'])
  })

  it('knows what was said to others lately, for their echo', () => {
    const {stage, say, pass} = openStage()
    say(alice, {type: 'responseStarted'})
    say(alice, {type: 'sentence', text: 'One.'})
    pass(2000)
    say(alice, {type: 'sentence', text: 'Two.'})
    pass(3000)
    expect(stage.floorFor(bob).recentText(1000)).toBe('Two.')
    expect(stage.floorFor(bob).recentText(4000)).toBe('One. Two.')
    expect(stage.floorFor(alice).recentText(4000)).toBe('')
    say(alice, {type: 'responseEnded'})
    pass(2000)
    expect(stage.floorFor(bob).recentText(1000)).toBe('')
  })

  it('goes on without somebody who left in the middle of their answer', () => {
    const {stage, say, done} = openStage()
    say(alice, {type: 'responseStarted'})
    say(bob, {type: 'responseStarted'})
    done()
    stage.remove(alice)
    expect(done()).toEqual(['bob resumed'])
  })
})
