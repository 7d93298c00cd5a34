import {openMemory} from '@essence/core/memory/memory'
import {openStore} from '@essence/core/store/open'
import {describe, expect, it} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {commandFolder} from './command-folder.ts'

describe('essence memory', () => {
  const {env, path} = commandFolder()
  const memory = async (...args: string[]) => {
    const ended = await essence(['memory', ...args], env)
    return {...ended, data: args.includes('--json') ? JSON.parse(ended.stdout) : undefined}
  }

  it('lists, corrects and erases what is known of a person', async () => {
    const store = await openStore({dataDir: path('data')})
    const opened = openMemory({store})
    for (const speaker of ['cli', 'telegram:1']) {
      const conversation = await opened.open({speaker, session: speaker})
      await conversation.add({user: 'My name is Sam. I live in Paris.', assistant: 'Hello Sam.'})
    }
    await opened.close()

    // While another process has it.
    const locked = await memory('list', '--json')
    expect(locked).toMatchObject({status: 7, data: {error: {code: 'LOCKED'}}})
    await store.close()

    const {data} = await memory('list', '--json')
    expect(data.data.facts.map(({text}: {text: string}) => text).sort()).toEqual(['Lives in Paris.', 'Name is Sam.'])
    const {id} = data.data.facts.find(({subject}: {subject: string}) => subject === 'home')

    expect(await memory('correct', id.slice(0, 8), 'Lives in Lyon.')).toMatchObject({status: 0})
    const listed = await memory('list', '--past')
    expect(listed.stdout).toMatch(/^[\da-f]{8} {2}\d{4}-\d\d-\d\d {2}Lives in Lyon\.$/m)
    expect(listed.stdout).toMatch(/ to \d{4}-\d\d-\d\d {2}Lives in Paris\.$/m)

    // Not through the name of another person, not twice, and not without a word for it.
    expect(await memory('erase', id, '--speaker', 'telegram:1', '--yes', '--json')).toMatchObject({
      status: 2,
      data: {error: {code: 'FACT_UNKNOWN'}},
    })
    expect(await memory('erase', '--all', '--json')).toMatchObject({status: 2, data: {error: {code: 'USAGE'}}})
    expect(await memory('erase', '--yes', '--json')).toMatchObject({status: 2, data: {error: {code: 'USAGE'}}})

    // What was said: to read, to take along, to erase; not through the name of another person.
    const {data: listing} = await memory('conversations', '--json')
    expect(listing.data).toMatchObject({
      total: 1,
      conversations: [{session: 'cli', messages: 2, title: 'My name is Sam. I live in Paris.'}],
    })
    const [{id: talk}] = listing.data.conversations
    expect((await memory('conversations')).stdout).toMatch(
      /^[\da-f]{8} {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}cli {2}2 messages {2}My name is Sam\. I live in Paris\.\n$/,
    )
    const exported = (await memory('export')).stdout
    expect(exported).toMatch(/^# Known\n\n- Lives in Lyon\. /)
    expect(exported).toMatch(/ Person: My name is Sam\. I live in Paris\.\n.* June: Hello Sam\.\n$/)
    const whole = JSON.parse((await memory('export', '--format', 'json')).stdout)
    expect(whole).toMatchObject({speaker: 'cli', conversations: [{id: talk, messages: [{role: 'user'}, {}]}]})
    expect(whole.facts).toHaveLength(3)
    const ofAnother = await memory('erase', '--conversation', talk, '--speaker', 'telegram:1', '--yes', '--json')
    expect(ofAnother).toMatchObject({status: 2, data: {error: {code: 'CONVERSATION_UNKNOWN'}}})
    expect((await memory('erase', '--conversation', talk.slice(0, 8), '--yes')).stdout).toBe(
      'Erased the conversation "My name is Sam. I live in Paris.".\n',
    )
    expect((await memory('conversations')).stderr).toContain('There is no conversation of cli.')

    expect((await memory('erase', '--all', '--yes')).stdout).toBe('Erased all that is known about cli.\n')
    expect((await memory('list', '--past')).stderr).toContain('Nothing is known about cli.')
    expect((await memory('list', '--speaker', 'telegram:1', '--json')).data.data.facts).toHaveLength(2)
    // Ten programs one after the other, most of which open a database.
  }, 300_000)
})
