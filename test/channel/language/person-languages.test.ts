// What language a bot speaks in a chat, and how a person changes it.
import type {Choices} from '@essence/core/channel/chats'
import {chooseLanguage} from '@essence/core/channel/language/choose-language'
import {PersonLanguages} from '@essence/core/channel/language/person-languages'
import {wordsIn} from '@essence/core/channel/words/words'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'

/** Choices in memory. */
const chatsOf = (first: Record<string, Choices> = {}) => {
  const chosen = new Map(Object.entries(first))
  return {
    of: async (chat: string) => chosen.get(chat) ?? {},
    async choose(chat: string, {language}: {language?: string | undefined}) {
      chosen.set(chat, {language})
      return {language}
    },
  }
}

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

describe('/language', () => {
  it('alone tells the language and which there are, in their own names', async () => {
    const said = await chooseLanguage(' ', '7', {chats: chatsOf(), words: wordsIn('de')})
    expect(said).toContain('Ich spreche Deutsch mit dir.')
    for (const line of ['de  Deutsch', 'en  English', 'ja  日本語', 'no  Norsk'])
      expect(said.split('\n')).toContain(line)
  })

  it.each(['fr', 'FR', 'French', 'Französisch', 'français'])('%s changes it, and says so in it', async asked => {
    const chats = chatsOf()
    expect(await chooseLanguage(asked, '7', {chats, words: wordsIn('en')})).toBe(wordsIn('fr')('languageSet'))
    expect(await chats.of('7')).toEqual({language: 'fr'})
  })

  it('auto takes the choice back', async () => {
    const chats = chatsOf({7: {language: 'fr'}})
    expect(await chooseLanguage('auto', '7', {chats, words: wordsIn('fr')})).toBe(wordsIn('fr')('languageAuto'))
    expect(await new PersonLanguages(chats).chosen('7')).toBeUndefined()
  })

  it('of what is none changes nothing, and lists them', async () => {
    const chats = chatsOf()
    const said = await chooseLanguage('x'.repeat(5000), '7', {chats, words: wordsIn('en')})
    expect(said).toContain(`“${'x'.repeat(50)}”`)
    expect(said).toContain('it  Italiano')
    expect(await chats.of('7')).toEqual({})
  })
})
