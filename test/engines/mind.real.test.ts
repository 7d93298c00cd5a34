import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import type {Settings} from '@essence/core/config/schema'
import {openMind} from '@essence/core/engines/mind/open-mind'
import {describe, expect, it} from 'vitest'
import {ask} from '../assistant/conformance.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const settingsOf = async (folder: string, env: Record<string, string> = {}): Promise<Settings> => {
  const places = {JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models'), ENV_SH: '/dev/null'}
  return (await readConfig({env: {...places, ...env}})).settings
}

describe('a mind that the settings name, without a language model', () => {
  it('remembers beyond its process, and says what it lacks while another one has the database', async () => {
    const settings = await settingsOf(temporaryFolder())
    const first = await openMind(settings)
    expect(await ask(first.assistant, 'Remember that my boat is called Albatross')).toBe('I will remember that.')
    expect(first.assistant.lacks).toEqual([])

    const second = await openMind(settings)
    expect(second.assistant.lacks).toEqual([expect.stringMatching(/^memory: .*(database|process)/)])
    expect(second.assistant.mind).toBeUndefined()
    expect(await ask(second.assistant, 'What is two plus two')).toBe('2 plus 2 is 4.')
    await second.close()
    await first.close()

    const third = await openMind(settings)
    expect(await ask(third.assistant, 'What do you know about me')).toContain('boat is called Albatross')
    expect(await third.assistant.mind?.memory.facts('test')).toHaveLength(1)
    await third.close()
  })

  it('does not start without the key of its database; what was said before there was one is encrypted meanwhile', async () => {
    const folder = temporaryFolder()
    const before = await openMind(await settingsOf(folder))
    await ask(before.assistant, 'Remember that I like tea')
    await before.close()
    const key = {ENCRYPTION_KEY: 'a key of this test, no other'.replaceAll(/[ ,]/g, '-')}
    const logged = Promise.withResolvers<string>()
    const encrypted = await openMind(await settingsOf(folder, key), {log: logged.resolve})
    expect(await logged.promise).toMatch(/^store: \d+ rows of before are now encrypted with the key [\da-f]{8}$/)
    await encrypted.close()
    for (const other of [{}, {ENCRYPTION_KEY: 'quite-another-key'}])
      await expect(openMind(await settingsOf(folder, other))).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('is encrypted with the key'),
      })
    const again = await openMind(await settingsOf(folder, key))
    expect((await again.assistant.mind?.memory.facts('test'))?.map(({text}) => text)).toEqual([
      expect.stringMatching(/tea/),
    ])
    await again.close()
  })

  it('remembers nothing where it is not to, and still shows and erases what it knew', async () => {
    const folder = temporaryFolder()
    const before = await openMind(await settingsOf(folder))
    await ask(before.assistant, 'Remember that I like tea')
    await before.close()
    const {assistant, close} = await openMind(await settingsOf(folder, {MEMORY_ENABLED: 'false'}))
    await ask(assistant, 'I live in Lyon')
    expect((await assistant.mind?.memory.facts('test'))?.map(({text}) => text)).toEqual([expect.stringMatching(/tea/)])
    await close()
  })
})
