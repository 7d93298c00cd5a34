// Each person is spoken to in their language: what Telegram says it is, or what they chose.
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {wordsIn} from '@essence/core/channel/words/words'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const from = (language_code: string) => ({
  extra: {from: {id: ada, is_bot: false, first_name: 'Ada', language_code}},
})

type Service = Awaited<ReturnType<typeof startService>>

/** Says something, and gives back what stands last in the chat then. */
const say = async ({peer, done}: Service, text: string, language = 'en') => {
  await done(peer.userSends({from: ada, text, ...from(language)}))
  return peer.shownIn(ada).at(-1)?.text
}

describe('a person', () => {
  it('is spoken to in the language of their Telegram, in English where that is none of ours', async () => {
    const service = await startService()
    expect(await say(service, '/start', 'de')).toContain('Hallo, ich bin June.')
    expect(await say(service, '/dance', 'pt-br')).toBe(wordsIn('pt')('unknownCommand', {command: 'dance'}))
    expect(await say(service, '/memory', 'ja')).toBe(wordsIn('ja')('noMemory'))
    expect(await say(service, '/start', 'sw')).toContain('Hello, I am June.')
  })

  it('is told in it what went wrong', async () => {
    const answer = () => {
      throw new EssenceError('ENGINE_BUSY', 'Too many.')
    }
    expect(await say(await startService({answer}), 'Ciao', 'it')).toBe(wordsIn('it')('busy'))
  })

  it('who is a stranger is told so in it', async () => {
    const {peer, done} = await startService({settings: {users: []}})
    await done(peer.userSends({from: ada, text: 'Bonjour', ...from('fr')}))
    expect(peer.shownIn(ada)[0]?.text).toContain('Ton identifiant Telegram est 42')
  })

  it('chooses another one, which a restart keeps', async () => {
    const folder = temporaryFolder()
    const first = await startService({folder})
    expect(await say(first, '/language')).toContain('pl  Polski')
    expect(await say(first, '/language Polish')).toBe(wordsIn('pl')('languageSet'))
    await first.stop()
    const second = await startService({folder, peer: first.peer})
    expect(await say(second, '/dance')).toBe(wordsIn('pl')('unknownCommand', {command: 'dance'}))
    expect(await say(second, '/language Klingon')).toContain(wordsIn('pl')('languageUnknown', {language: 'Klingon'}))
    expect(await say(second, '/language auto')).toBe(wordsIn('pl')('languageAuto'))
    expect(await say(second, '/dance')).toBe(wordsIn('en')('unknownCommand', {command: 'dance'}))
  })

  it('asks for another one in words, written or spoken; no answer is made of that', async () => {
    const service = await startService({heard: 'Speak French, please.'})
    const {peer, done, requests} = service
    expect(await say(service, 'Sprich bitte Deutsch')).toBe(wordsIn('de')('languageSet'))
    expect(await say(service, '/dance')).toContain('kenne ich nicht')
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.shownIn(ada).at(-1)?.text).toBe(wordsIn('fr')('languageSet'))
    expect(requests).toEqual([])
    // The recogniser of this test knows English only: French is what is answered in all the same.
    await done(peer.userSends({from: ada, text: 'hello'}))
    expect(requests.at(-1)).toMatchObject({language: 'fr'})
  })
})

describe('the commands', () => {
  it('are shown in every language, and put there once', async () => {
    const folder = temporaryFolder()
    const first = await startService({folder})
    await first.logged(({msg}) => msg === 'Telegram shows the commands')
    const {peer} = first
    const lists = peer.state.commandLists
    expect(lists.size).toBe(20)
    const about = (key: string) => lists.get(`all_private_chats::${key}`)?.find(({command}) => command === 'memory')
    expect(about('')?.description).toBe('what I know of you')
    expect(about('de')?.description).toBe('was ich von dir weiß')
    expect(about('nb')?.description).toBe(wordsIn('no')('commandMemory'))
    await first.stop()
    await (await startService({folder, peer})).stop()
    expect(peer.callsOf('setMyCommands')).toHaveLength(20)
  })

  it('that Telegram does not take keep nobody waiting; the next start tries again', async () => {
    const folder = temporaryFolder()
    const peer = await openPeer()
    peer.fault('setMyCommands', {kind: 'refused', status: 400, description: 'Bad Request: BOT_COMMAND_INVALID'})
    const first = await startService({folder, peer})
    expect(await say(first, 'hello')).toBe('You said: hello.')
    await first.logged(({msg, level}) => level === 'warn' && msg.startsWith('Telegram does not show the commands'))
    expect(existsSync(join(folder, 'commands.sha256'))).toBe(false)
    await first.stop()
    const second = await startService({folder, peer})
    await second.logged(({msg}) => msg === 'Telegram shows the commands')
    expect(peer.state.commandLists.size).toBe(20)
  })
})
