// The memory with small published models: MiniLM finds by meaning, and SmolLM2, which invents much, leaves only what was said.
import {openLlamaEmbedder} from '@essence/core/llm/llama/embedding/llama-embedder'
import {openLlama} from '@essence/core/llm/llama/llama'
import {groundedIn} from '@essence/core/memory/conclusions'
import {openMemory} from '@essence/core/memory/memory'
import {openStore} from '@essence/core/store/open'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'
import {miniLM, smolLM2} from '../weights/published.ts'

const device = {backend: 'cpu', index: 0} as const
const place = {speaker: 'a', session: 's'}
const said = [
  'We got a puppy yesterday, he is called Rex and he is brown.',
  'My daughter starts school in September.',
  'I have to see the dentist on Monday.',
  'The car broke down near Hamburg.',
]

describe('the memory with published models', () => {
  it.skipIf(miniLM.missing !== '')(`finds by meaning${miniLM.missing}`, async () => {
    const store = await openStore({dataDir: temporaryFolder()})
    const embedder = await openLlamaEmbedder({modelPath: miniLM.path, device, threads: 1})
    const memory = openMemory({store, embedder})
    for (const user of said) await (await memory.open(place)).add({user, assistant: 'I see.'})
    await memory.settle()
    const elsewhere = {...place, session: 'other'}
    const found = async (text: string) => (await memory.recall(elsewhere, text))[0]?.text
    expect(await found('What is the name of our dog?')).toBe(said[0])
    expect(await found('Who will look at my teeth?')).toBe(said[2])
    expect(await found('What happened to my vehicle?')).toBe(said[3])
    await memory.close()
    await embedder.close()
    await store.close()
  })

  it.skipIf(smolLM2.missing !== '')(`sums up, and keeps no invented facts${smolLM2.missing}`, async () => {
    const store = await openStore({dataDir: temporaryFolder()})
    const llm = await openLlama({modelPath: smolLM2.path, device, threads: 1, contextTokens: 2048, conversations: 1})
    const memory = openMemory({store, llm})
    for (const user of said) await (await memory.open(place)).add({user, assistant: 'I see.'})
    await (await memory.open(place)).fitted(async messages => messages.length <= 4)
    await memory.settle()
    expect((await memory.open(place)).summary).toMatch(/\w/)
    const messages = said.map(content => ({role: 'user' as const, content}))
    for (const {text} of await memory.facts('a')) expect(groundedIn(messages, {fact: text})).toBeDefined()
    await memory.close()
    await llm.close()
    await store.close()
  })
})
