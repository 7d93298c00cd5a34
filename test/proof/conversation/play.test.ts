import {describe, expect, it} from 'vitest'
import {played} from './play.ts'

describe('a scenario', () => {
  it('asks, is answered, and listens', async () => {
    const {failures, people} = await played(
      `
      - say: what is the time
      - expect: {within: 1s, heard: ten past nine, says: /day/}
      - listen`,
      {heard: () => 'Ten past nine.'},
    )
    expect(failures).toEqual([])
    expect(people[0]?.session.happenings.map(({who, what}) => `${who} ${what}`)).toEqual([
      'person "what is the time"',
      'gateway speech started',
      'person is done',
      'gateway speech stopped',
      'gateway the turn is over',
      'gateway heard "Ten past nine."',
      'june begins an answer',
      'june speaks',
      'june ends it, completed: "Good day to you."',
    ])
  })
})
