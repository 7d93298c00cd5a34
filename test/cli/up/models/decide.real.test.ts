// Whether models are to be downloaded, without a person.
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {decideModels} from '@essence/core/cli/up/models/decide'
import {inspectMachine} from '@essence/core/compute/machine'
import {inspectConfig} from '@essence/core/config/read'
import {modelStore} from '@essence/core/models/cache/store'
import {entryNamed} from '@essence/core/models/catalogue/entry-named'
import {profileFor} from '@essence/core/models/catalogue/machine'
import {openHub} from '@essence/core/models/hub/hub-request'
import type {hubFrom} from '@essence/core/models/hub/hub-settings'
import {describe, expect, it} from 'vitest'
import {freePort} from '../../../kit/free-port.ts'
import {download, peerFor, standInRepos} from '../../../models/setup.ts'
import {temporaryFolder} from '../../../temporary-folder.ts'

interface Flags {
  models?: string
  yes?: boolean
  canAsk?: boolean
  hub?: ReturnType<typeof hubFrom>
}

const machine = async (more: Record<string, string> = {}) => {
  const folder = temporaryFolder()
  const env = {
    ENV_SH: '/dev/null',
    JUNE_DATA_DIR: join(folder, 'data'),
    MODEL_CACHE_DIR: join(folder, 'models'),
    ...more,
  }
  const {settings, origins} = await inspectConfig({env})
  const notes: string[] = []
  const decide = ({models, yes = false, canAsk = false, hub}: Flags = {}) =>
    decideModels({settings, origins, models, yes, canAsk, hub, note: line => notes.push(line)})
  return {settings, decide, notes, isAsked: () => !existsSync(join(folder, 'data/models-choice.json'))}
}

describe('which models come', () => {
  it('--yes takes what this machine is made for, and the next start remembers', async () => {
    const {decide} = await machine()
    const made = profileFor(await inspectMachine())
    expect(await decide({yes: true})).toBe(made)
    expect(await decide()).toBe(made)
    expect(await decide({models: 'none'})).toBeUndefined()
    expect(await decide()).toBeUndefined()
    expect(await decide({models: 'light'})).toBe('light')
  })

  it('without a word and without a terminal none do, and it says how they would', async () => {
    const {decide, notes, isAsked} = await machine()
    expect(await decide()).toBeUndefined()
    expect(notes).toEqual([expect.stringContaining('essence up --models light')])
    expect(isAsked()).toBe(true)
  })

  it('who has chosen a model, or installed one, is not asked', async () => {
    const own = await machine({MODEL_NAME: '/models/mine.gguf'})
    expect(await own.decide({canAsk: true})).toBeUndefined()
    const {settings, decide, notes} = await machine()
    const peer = await peerFor({repos: standInRepos()})
    await download(peer, modelStore(settings), [entryNamed('whisper-tiny')])
    expect(await decide({canAsk: true})).toBeUndefined()
    expect([...own.notes, ...notes]).toEqual([])
  })

  it('where the hub cannot be reached nobody is asked; the next start does', async () => {
    const {decide, notes, isAsked} = await machine()
    const hub = openHub({endpoint: `http://127.0.0.1:${await freePort()}`})
    expect(await decide({canAsk: true, hub})).toBeUndefined()
    expect(notes).toEqual([expect.stringMatching(/127\.0\.0\.1.* June stays a demonstration; essence up asks again/)])
    expect(isAsked()).toBe(true)
    expect(await decide({canAsk: true, hub: undefined})).toBeUndefined()
    expect(notes[1]).toContain('HF_HUB_OFFLINE')
    await hub.dispatcher.destroy()
  })

  it('models that are here are not fetched again', async () => {
    const {settings, decide} = await machine()
    const peer = await peerFor({repos: standInRepos()})
    const {requiredFor} = await import('@essence/core/models/catalogue/catalogue')
    await download(peer, modelStore(settings), requiredFor('light'))
    expect(await decide({models: 'light'})).toBeUndefined()
  })
})
