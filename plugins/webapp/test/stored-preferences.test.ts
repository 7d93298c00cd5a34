import {describe, expect, it} from 'vitest'
import {readPreferences} from '../page/settings/stored-preferences.ts'

describe('preferences that the browser kept', () => {
  it('are read as they were chosen', () => {
    const chosen = {
      reply: 'voice',
      voice: 'af_heart',
      language: 'de',
      speed: 1.5,
      theme: 'dark',
      pageLanguage: 'ar',
      talking: 'push-to-talk',
      microphone: 'a',
      speaker: 'b',
      volume: 0,
    }
    expect(readPreferences(chosen)).toEqual(chosen)
  })

  it('are left out where they cannot have been chosen', () => {
    const tampered = {
      reply: 'song',
      voice: 7,
      language: '',
      speed: 9,
      theme: null,
      talking: [],
      volume: Number.NaN,
      x: 1,
    }
    expect(readPreferences(tampered)).toEqual({})
  })

  it.each([undefined, null, 'dark', 7])('are none in %j', stored => {
    expect(readPreferences(stored)).toEqual({})
  })
})
