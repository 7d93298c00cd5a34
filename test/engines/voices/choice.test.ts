import {chooseVoices, type InstalledVoice, rivals} from '@essence/core/engines/voices/choice'
import type {VoiceSpeed} from '@essence/core/tts/speed'
import {describe, expect, it} from 'vitest'

const voice = (id: string, languages: string[], named = false): InstalledVoice => ({
  ...{id, languages, named, path: `/models/${id}.onnx`},
  engine: id.startsWith('kokoro') ? 'kokoro' : 'piper',
})
const english = voice('piper-en', ['en-US'])
const german = voice('piper-de', ['de-DE'])
const french = voice('piper-fr', ['fr-FR'])
const kokoro = voice('kokoro', ['en', 'fr', 'pt-BR'])

const fast: VoiceSpeed = {rtf: 0.16, firstAudioMs: 90}
const slow: VoiceSpeed = {rtf: 2.2, firstAudioMs: 2000}
const late: VoiceSpeed = {rtf: 0.4, firstAudioMs: 700}

const choice = (installed: InstalledVoice[], speeds: Record<string, VoiceSpeed> = {}) => {
  const {voices, main} = chooseVoices(installed, new Map(Object.entries(speeds)))
  return {voices: voices.map(({id}) => id), main: main?.id}
}

describe('the voices that are opened', () => {
  it('are the best that speak in real time', () => {
    const speeds = {kokoro: fast, 'piper-en': fast}
    expect(choice([english, german, kokoro], speeds)).toEqual({voices: ['kokoro', 'piper-de'], main: 'kokoro'})
  })

  it.each([
    ['slower than speech', slow],
    ['late', late],
  ])('are not one that is %s where another speaks its language', (_, speed) => {
    const speeds = {kokoro: speed, 'piper-en': fast, 'piper-fr': fast}
    const {voices, main} = choice([kokoro, english, french], speeds)
    expect(main).toBe('piper-en')
    // Portuguese only Kokoro speaks; it is asked last.
    expect(voices).toEqual(['piper-en', 'piper-fr', 'kokoro'])
    expect(choice([voice('kokoro', ['en']), english], speeds).voices).toEqual(['piper-en'])
  })

  it('are a slow one where nothing else speaks its language, and the language of a default stays', () => {
    expect(choice([kokoro], {kokoro: slow})).toEqual({voices: ['kokoro'], main: 'kokoro'})
    const speeds = {kokoro: slow, 'piper-fr': fast}
    expect(choice([kokoro, french], speeds)).toEqual({voices: ['piper-fr', 'kokoro'], main: 'kokoro'})
  })

  it('are the one that is named, however slow, and one only of several that are', () => {
    const named = voice('kokoro', ['en'], true)
    const speeds = {kokoro: slow, 'piper-en': fast}
    expect(choice([named, english], speeds)).toEqual({voices: ['kokoro'], main: 'kokoro'})
    expect(choice([named, voice('kokoro-q8', ['en'], true)], speeds).voices).toHaveLength(1)
    // A better one speaks its language already, and yet it is here.
    expect(choice([kokoro, voice('piper-fr', ['fr-FR'], true)]).voices).toEqual(['piper-fr', 'kokoro'])
  })

  it('of one language is the first', () => {
    expect(choice([english, voice('piper-gb', ['en-GB'])]).voices).toEqual(['piper-en'])
  })

  it('need no speed where nothing is to be decided', () => {
    expect(rivals([english, german])).toEqual([])
    expect(rivals([english, german, kokoro])).toEqual([english, kokoro])
  })
})
