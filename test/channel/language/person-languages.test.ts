// What language a bot speaks in a chat.
import {PersonLanguages} from '@essence/core/channel/language/person-languages'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {chatsOf} from '../chats-of.ts'

const german = {text: 'Wie wird denn morgen das Wetter in Hamburg?'}

describe('the language of a chat', () => {
  const languageOf = async (languages: PersonLanguages, platform?: string) =>
    (await languages.wordsFor('7', platform)).language

  it('is the one that was chosen', async () => {
    const languages = new PersonLanguages(chatsOf({7: {language: 'pl'}}), 'fr')
    languages.heard('7', german)
    expect(await languageOf(languages, 'it')).toBe('pl')
  })

  it('else the one the platform tells, else the one heard last, else the usual one, else English', async () => {
    const languages = new PersonLanguages(chatsOf(), 'fr')
    expect(await languageOf(languages)).toBe('fr')
    languages.heard('7', german)
    expect(await languageOf(languages)).toBe('de')
    languages.heard('7', {text: 'Ja', language: 'sv'})
    expect(await languageOf(languages)).toBe('sv')
    // Too short to tell.
    languages.heard('7', {text: 'OK', language: 'und'})
    expect(await languageOf(languages, 'sw')).toBe('sv')
    expect(await languageOf(languages, 'it-CH')).toBe('it')
    expect(await languageOf(new PersonLanguages(chatsOf(), 'auto'))).toBe('en')
  })

  it('is that of no other chat', async () => {
    const languages = new PersonLanguages(chatsOf({8: {language: 'pl'}}))
    languages.heard('8', german)
    expect(await languageOf(languages)).toBe('en')
  })

  it('is found where the choice cannot be looked up', async () => {
    const of = () => Promise.reject(new EssenceError('STORE_UNAVAILABLE', 'It is away.'))
    expect(await languageOf(new PersonLanguages({of}), 'da')).toBe('da')
  })
})
