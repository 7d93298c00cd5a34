// How people change what holds in a chat: the language, the voice, the way of answering.
import {chooseLanguage} from '@essence/core/channel/choices/choose-language'
import {chooseMode} from '@essence/core/channel/choices/choose-mode'
import {chooseVoice} from '@essence/core/channel/choices/choose-voice'
import {PersonLanguages} from '@essence/core/channel/language/person-languages'
import {wordsIn} from '@essence/core/channel/words/words'
import type {Voice} from '@essence/core/tts/port'
import {describe, expect, it} from 'vitest'
import {chatsOf} from '../chats-of.ts'

const english = wordsIn('en')

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

describe('/voice', () => {
  const tts = {
    defaultVoice: 'amy',
    voices: async () => ['amy', 'Ben'].map((id): Voice => ({id, language: 'en', sampleRate: 22_050}) as Voice),
  }
  const choose = (asked: string, chats = chatsOf()) => chooseVoice(asked, '7', {chats, tts, words: english})

  it('alone tells the voice and which there are', async () => {
    expect(await choose('')).toBe(
      `${english('voiceIs', {voice: 'amy'})}\n\n${english('voiceChoice', {voices: ['amy', 'Ben']})}`,
    )
    expect(await choose('', chatsOf({7: {voice: 'Ben'}}))).toContain(english('voiceIs', {voice: 'Ben'}))
  })

  it('with a name changes it, with default takes that back', async () => {
    const chats = chatsOf({7: {language: 'de'}})
    expect(await choose(' ben ', chats)).toBe(english('voiceSet', {voice: 'Ben'}))
    expect(await chats.of('7')).toEqual({language: 'de', voice: 'Ben'})
    expect(await choose('Default', chats)).toBe(english('voiceSet', {voice: 'amy'}))
    expect((await chats.of('7')).voice).toBeUndefined()
  })

  it('of what is none changes nothing, and lists them', async () => {
    const chats = chatsOf()
    expect(await choose('carl', chats)).toContain(english('voiceUnknown', {voice: 'carl'}))
    expect(await chats.of('7')).toEqual({})
  })
})

describe('/mode', () => {
  const choose = (asked: string, chats = chatsOf(), isGroup = false) =>
    chooseMode(asked, '7', {chats, words: english, isGroup})

  it.each([
    ['voice', {reply: 'voice'}, 'replyVoice'],
    ['Both', {reply: 'both'}, 'replyBoth'],
    ['always', {hears: 'always'}, 'groupAlways'],
    ['interrupt', {overlap: 'interrupt'}, 'overlapInterrupt'],
  ] as const)('%s is %o from then on', async (asked, chosen, said) => {
    const chats = chatsOf()
    expect(await choose(asked, chats)).toBe(english(said))
    expect(await chats.of('7')).toEqual(chosen)
  })

  it('alone tells how it is, and which ways there are', async () => {
    const said = await choose('', chatsOf({7: {reply: 'text'}}))
    expect(said.split('\n').slice(0, 3)).toEqual([english('replyText'), english('overlapQueue'), ''])
    expect(said).toContain(`/mode collect\n${english('overlapCollect')}`)
    expect((await choose('', chatsOf(), true)).split('\n')[1]).toBe(english('groupReply'))
  })

  it('of what is none changes nothing', async () => {
    const chats = chatsOf()
    expect(await choose('constructor', chats)).toContain('“constructor”')
    expect(await chats.of('7')).toEqual({})
  })
})
