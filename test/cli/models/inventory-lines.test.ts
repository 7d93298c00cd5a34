import {inventoryData, inventoryLines} from '@essence/core/cli/models/inventory-lines'
import {type ModelsStatus, statusLines} from '@essence/core/cli/models/status'
import type {InventoryRow} from '@essence/core/models/cache/inventory'
import {catalogue} from '@essence/core/models/catalogue/catalogue'
import {modelKinds} from '@essence/core/models/catalogue/entry'
import {describe, expect, it} from 'vitest'

const profile = {name: 'starter' as const, reason: '8 GiB of memory, 4 CPU cores, no GPU found'}
const rows: InventoryRow[] = catalogue.map(entry => ({
  entry,
  installed: entry.id === 'whisper-small-q5_1' ? {id: entry.id, commit: 'c', files: [], bytes: 190_000_000} : undefined,
  fits: entry.memoryBytes < 6e9,
  profiles: entry.profiles,
}))
/** The line of a model. */
const lineOf = (lines: string[], id: string): string => lines.find(line => line.split(' ').includes(id)) ?? ''

describe('essence models list', () => {
  for (const room of [80, 100, 140]) {
    it(`fits ${room} columns, with every id, size and language whole`, () => {
      const lines = inventoryLines(rows, profile, room)
      expect(lines.filter(line => line.length > room)).toEqual([])
      for (const {id, languages} of catalogue) expect(lineOf(lines, id), id).toContain(languages[0])
      const sizeEnds = lines.flatMap(line => /^[✓ ] {2}\S+ +[\d.]+ [kMGT]?B/.exec(line)?.[0].length ?? [])
      expect(sizeEnds.length).toBe(catalogue.length)
      expect(new Set(sizeEnds).size).toBe(1)
    })
  }

  it('is grouped by kind, each group by name, and marks what is installed and what does not fit', () => {
    const lines = inventoryLines(rows, profile, 80)
    const shown = lines.flatMap(line => catalogue.find(({id}) => line.split(' ').includes(id)) ?? [])
    const sorted = modelKinds.flatMap(kind => {
      const ids = catalogue.filter(entry => entry.kind === kind).map(({id}) => id)
      return ids.sort((a, b) => a.localeCompare(b, 'en', {numeric: true}))
    })
    expect(shown.map(({id}) => id)).toEqual(sorted)
    expect(lineOf(lines, 'whisper-small-q5_1')).toMatch(/^✓ /)
    expect(lineOf(lines, 'whisper-small-q8_0')).toMatch(/^ {2}/)
    expect(lineOf(lines, 'qwen3-30b-a3b-thinking-2507-q4_k_m')).toMatch(/ 21 GB! /)
    expect(lineOf(lines, 'whisper-small-q5_1')).not.toContain('!')
    expect(lines.join('\n')).toContain('! more memory than this machine has')
  })

  it('shortens a licence between its words, and shows all of it where there is room', () => {
    const id = 'piper-en_us-lessac-medium'
    expect(lineOf(inventoryLines(rows, profile, 80), id)).toMatch(/ {2}Blizzard …$/)
    expect(lineOf(inventoryLines(rows, profile, 140), id)).toContain('Blizzard Challenge 2013 licence (research)')
    expect(lineOf(inventoryLines(rows, profile, 140), 'kokoro-82m-q8')).toMatch(/ starter$/)
  })
})

it('says with --json when a row was compared with what is published, and what was not seen there', () => {
  const of = (id: string) => rows.filter(({entry}) => entry.id === id).map(inventoryData)
  expect(of('whisper-base-q8_0')).toEqual([expect.objectContaining({checked: '2026-11-29', unseen: []})])
  expect(of('piper-it_it-paola-medium')).toEqual([
    expect.objectContaining({unseen: ['size', 'licence'], note: expect.stringContaining('Lessac')}),
  ])
})

describe('essence models status', () => {
  const status: ModelsStatus = {
    profile: 'spark',
    reason: '119 GiB of memory, NVIDIA RTX 6000 Ada Generation with a rather long name (shares it)',
    folder: '/data/models/huggingface',
    models: [
      {
        id: 'qwen3-30b-a3b-thinking-2507-q8_0',
        kind: 'llm',
        bytes: 32e9,
        installed: false,
        required: true,
      },
      {
        id: 'qwen3-embedding-0.6b-q8_0',
        kind: 'embedding',
        bytes: 639e6,
        installed: false,
        required: false,
      },
      {id: 'whisper-tiny', kind: 'stt', bytes: 78e6, installed: true, required: false},
    ],
    missing: ['qwen3-30b-a3b-thinking-2507-q8_0'],
  }

  it('fits 80 columns, and calls required only what the profile has', () => {
    const lines = statusLines(status, 80)
    expect(lines.filter(line => line.length > 80)).toEqual([])
    expect(lineOf(lines, 'qwen3-30b-a3b-thinking-2507-q8_0')).toMatch(/^✗ .* 32 GB {2}required$/)
    expect(lineOf(lines, 'qwen3-embedding-0.6b-q8_0')).toMatch(/^✗ .* 639 MB$/)
    expect(lineOf(lines, 'whisper-tiny')).toMatch(/^✓ .* 78 MB$/)
    expect(lines.join('\n')).toContain('1 required model is missing: essence models download --all')
  })

  it('says where the speaker model is missing that a setting names', () => {
    const [path, said] = ['/models/voices.onnx', (lines: string[]) => lines.join(' ')]
    expect(said(statusLines({...status, speaker: {path, installed: true}}, 80))).toContain(`there: ${path}`)
    expect(said(statusLines({...status, speaker: {path, installed: false}}, 80))).toContain(`missing: ${path};`)
    expect(said(statusLines(status, 80))).not.toContain('SPEAKER_MODEL')
  })

  it('says that all is there although what is not required is not', () => {
    const models = status.models.map(row => ({...row, installed: row.required}))
    expect(statusLines({...status, models, missing: []}, 80).at(-1)).toBe('Everything required is installed.')
  })
})
