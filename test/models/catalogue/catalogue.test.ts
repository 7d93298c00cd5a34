import {largestGpu} from '@essence/core/compute/machine'
import {variables} from '@essence/core/config/schema'
import {catalogue, entriesNamed, requiredFor} from '@essence/core/models/catalogue/catalogue'
import {bytesOf, modelEntrySchema, type ProfileName, profileNames} from '@essence/core/models/catalogue/entry'
import {entryNamed, isClear} from '@essence/core/models/catalogue/entry-named'
import {profileFor} from '@essence/core/models/catalogue/machine'
import {describe, expect, it} from 'vitest'

const GiB = 1024 ** 3

describe('the catalogue', () => {
  it('is of its schema, row by row', () => {
    for (const entry of catalogue) expect(modelEntrySchema.safeParse(entry).error, entry.id).toBeUndefined()
  })

  it('has each id once, and no alias that is another one’s id', () => {
    const ids = catalogue.map(({id}) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const clashes = catalogue.flatMap(({id, aliases}) => aliases.filter(alias => alias !== id && ids.includes(alias)))
    expect(clashes).toEqual([])
  })

  it('shares an alias only within a kind', () => {
    for (const {aliases} of catalogue)
      for (const alias of aliases) expect(new Set(entriesNamed(alias).map(({kind}) => kind)).size, alias).toBe(1)
  })

  it('knows the models of the specification and the defaults of the settings', () => {
    const spec = {
      'Qwen/Qwen3-30B-A3B-Thinking-2507': 'llm',
      'openai/whisper-large-v3': 'stt',
      'openai/whisper-medium': 'stt',
      'facebook/fastspeech2-en-ljspeech': 'tts',
      'tts_models/en/ljspeech/tacotron2-DDC': 'tts',
      'sentence-transformers/all-MiniLM-L6-v2': 'embedding',
    }
    for (const [name, kind] of Object.entries(spec)) expect(entryNamed(name).kind).toBe(kind)
    for (const name of ['STT_MODEL', 'MODEL_NAME'] as const)
      expect(entryNamed(variables[name].default ?? '')).toBeDefined()
    expect(entryNamed('Qwen/Qwen3-30B-A3B-Thinking-2507', 'gpu-24').id).toMatch(/q4_k_m$/)
  })

  it('has for every profile what listens, answers and speaks', () => {
    for (const profile of profileNames) {
      const kinds = new Set(requiredFor(profile).map(({kind}) => kind))
      expect([...kinds].filter(kind => kind !== 'embedding').sort(), profile).toEqual(['llm', 'stt', 'tts'])
    }
  })

  it('fits light in 500 MB and starter in 1.7 GB', () => {
    const bytes = (profile: ProfileName) => requiredFor(profile).reduce((sum, entry) => sum + bytesOf(entry), 0)
    expect(bytes('light')).toBeLessThan(500e6)
    expect(bytes('starter')).toBeLessThan(1.7e9)
  })

  it('answers in every profile with a model that does not think first, in many languages', () => {
    for (const profile of profileNames) {
      const llm = requiredFor(profile).find(({kind}) => kind === 'llm')
      expect(llm?.note ?? '', profile).not.toContain('thinks')
      expect(llm?.languages, profile).not.toEqual(['en'])
    }
  })

  it('was looked at row by row this year, and knows what llama.cpp must load', () => {
    for (const {id, checked} of catalogue) expect(checked >= '2026-01-01', id).toBe(true)
    for (const {id, engine, architecture} of catalogue)
      expect(architecture === undefined, id).toBe(engine !== 'llama.cpp')
    expect(catalogue.find(({note}) => note?.startsWith('thinks'))).toBeDefined()
  })

  it('has a voice for each language people speak to June in, by a name that is clear', () => {
    const spoken = 'ar bg ca cs da de el es fa fi fr hi hu it ka lv nl no pl pt ro ru sk sl sv tr uk vi zh'.split(' ')
    for (const language of spoken) {
      expect(isClear(`piper-${language}`), language).toBe(true)
      const voice = entryNamed(`piper-${language}`)
      expect(voice.languages[0]?.slice(0, 2)).toBe(language)
      expect(voice.files.map(({path}) => path.split('.').at(-1))).toEqual(['onnx', 'json'])
    }
    expect(() => entryNamed('piper-en')).toThrowError(expect.objectContaining({code: 'USAGE'}))
  })

  it('gives a machine without a GPU a voice that its CPU speaks faster than people do', () => {
    for (const profile of ['light', 'starter'] as const)
      expect(
        requiredFor(profile).map(({engine}) => engine),
        profile,
      ).toContain('piper')
    expect(requiredFor('light').map(({engine}) => engine)).not.toContain('kokoro')
  })

  it('requires no more memory at once than a machine of the profile has for models', () => {
    const most = {light: 0.7 * 3e9, starter: 0.7 * 6e9, 'gpu-8': 8e9, 'gpu-24': 24e9, spark: 64e9}
    for (const profile of profileNames) {
      const memory = requiredFor(profile).reduce((sum, {memoryBytes}) => sum + memoryBytes, 0)
      expect(memory, profile).toBeLessThan(most[profile])
    }
  })

  it('takes a family for what the machine needs, and for one model in several sizes', () => {
    const named = (name: string, profile?: (typeof profileNames)[number]) => entryNamed(name, profile).id
    expect(named('whisper', 'starter')).toBe('whisper-small-q5_1')
    expect(named('Whisper', 'spark')).toBe('whisper-large-v3')
    expect(named('qwen3.5', 'gpu-8')).toBe('qwen3.5-4b-q4_k_m')
    expect(named('gemma', 'gpu-24')).toBe('gemma-4-26b-a4b-it-ud-q4_k_m')
    expect(named('kokoro', 'starter')).toBe('kokoro-82m-q8')
    expect(named('parakeet', 'starter')).toBe('parakeet-tdt-0.6b-v3-q8_0')
    expect(named('piper', 'light')).toBe('piper-en_us-ljspeech-medium')
    expect(named('thorsten')).toBe('piper-de_de-thorsten-medium')
    expect(named('MiniLM')).toBe('all-minilm-l6-v2-f16')
  })

  it('takes nothing for a name that may mean several, and lists them', () => {
    for (const [name, profile] of [
      ['piper', 'gpu-8'],
      ['qwen3', 'starter'],
      ['large-v3', 'spark'],
      ['whisper', undefined],
    ] as const)
      expect(() => entryNamed(name, profile), name).toThrowError(
        expect.objectContaining({code: 'USAGE', message: expect.stringContaining(`"${name}"`)}),
      )
    expect(() => entryNamed('all')).toThrowError(
      expect.objectContaining({suggestions: expect.arrayContaining([expect.stringContaining('download --all')])}),
    )
  })

  it('names what was probably meant', () => {
    expect(() => entryNamed('openai/whisper-larg-v3')).toThrowError(
      expect.objectContaining({
        code: 'MODEL_UNKNOWN',
        suggestions: expect.arrayContaining([expect.stringContaining('openai/whisper-large-v3')]),
      }),
    )
    for (const [typed, meant] of [
      ['kokro', 'kokoro'],
      ['wisper', 'whisper'],
      ['parakete', 'parakeet'],
    ])
      expect(() => entryNamed(typed ?? '')).toThrowError(
        expect.objectContaining({
          suggestions: expect.arrayContaining([`Did you mean: essence models download ${meant}`]),
        }),
      )
  })
})

describe('the profile of a machine', () => {
  const cases: [string, string, number, number, string][] = [
    ['no GPU', '', 64, 16, 'starter'],
    ['no GPU and two cores', '', 64, 2, 'light'],
    ['no GPU and little memory', '', 4, 8, 'light'],
    ['an 8 GB card', 'NVIDIA GeForce RTX 4060, 8188, 580.95.05', 32, 2, 'gpu-8'],
    ['a 24 GB card', 'NVIDIA GeForce RTX 4090, 24564, 580.95.05', 64, 8, 'gpu-24'],
    [
      'the larger of two cards',
      'NVIDIA T400, 2048, 580.95.05\nNVIDIA RTX 6000 Ada Generation, 49140, 580.95.05',
      64,
      8,
      'gpu-24',
    ],
    ['a DGX Spark, whose GPU has no memory of its own', 'NVIDIA GB10, [N/A], 580.95.05', 119, 20, 'spark'],
    ['an H200', 'NVIDIA H200, 143771, 580.95.05', 128, 16, 'spark'],
    ['a tiny card', 'NVIDIA T400, 2048, 580.95.05', 16, 4, 'starter'],
    ['nonsense', 'command failed', 16, 4, 'starter'],
  ]
  it.each(cases)('%s', (_, printed, memory, cores, profile) => {
    const gpu = largestGpu(printed, memory * GiB)
    expect(profileFor({memoryBytes: memory * GiB, cores, ...(gpu ? {gpu} : {})})).toBe(profile)
  })

  it('can be set to every profile', () => {
    for (const name of profileNames) expect(variables.MODEL_PROFILE.schema.parse(name)).toBe(name)
  })
})
