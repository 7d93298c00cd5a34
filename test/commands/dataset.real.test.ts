import {once} from 'node:events'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join, resolve} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {longBook} from '../datasets/alice/book.ts'
import {essence} from '../kit/run-essence.ts'
import {commandFolder} from './command-folder.ts'

const canterbury = resolve(import.meta.dirname, '../../../shared/data/alice29.txt')
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

describe('essence dataset validation', () => {
  it('writes the phrases to the data folder, or where it is told', async () => {
    const {env, path} = commandFolder()
    const said = await essence(['dataset', 'validation'], env)
    const file = path('data/datasets/validation/validation_dataset.json')
    expect(said).toMatchObject({status: 0, stdout: `1000 phrases of seed 1: ${file}\n`, stderr: ''})
    const {metadata, phrases} = json(file)
    expect(metadata).toMatchObject({seed: 1, total_phrases: 1000, counts: {short: 300, medium: 400, long: 300}})
    expect(phrases[0]).toEqual({
      ...{id: 'short-001', text: expect.any(String), word_count: expect.any(Number), length_class: 'short'},
    })
    const told = await essence(['dataset', 'validation', '--seed', '2', '--output-dir', path('here'), '--json'], env)
    expect(JSON.parse(told.stdout)).toMatchObject({
      ...{ok: true, data: {file: path('here/validation_dataset.json'), count: 1000, seed: 2}},
    })
  })

  it('says where it cannot write', async () => {
    const {env, path} = commandFolder()
    writeFileSync(path('file'), '')
    const said = await essence(['dataset', 'validation', '--output-dir', path('file'), '--json'], env)
    expect(said.status).toBe(3)
    expect(JSON.parse(said.stdout).error).toMatchObject({code: 'OUTPUT_UNWRITABLE'})
  })
})

describe('essence dataset alice', () => {
  it(`makes passages of a copy of the book (../shared/data/alice29.txt${existsSync(canterbury) ? '' : ' is missing'})`, async ({
    skip,
  }) => {
    if (!existsSync(canterbury)) skip()
    const {env, path} = commandFolder()
    const args = ['dataset', 'alice', '--from', canterbury]
    const first = await essence(args, env)
    const file = path('data/datasets/alice_in_wonderland/alice_dataset.json')
    expect(first).toMatchObject({status: 0, stdout: `100 passages of seed 1: ${file}\n`, stderr: ''})
    const {metadata, passages} = json(file)
    expect(metadata).toMatchObject({total_passages: 100, seed: 1})
    expect(passages).toHaveLength(100)
    const whole = readFileSync(canterbury, 'utf8').replaceAll(/\s+/g, ' ')
    for (const {text} of passages) {
      expect(text.length >= 50 && text.length <= 500).toBe(true)
      expect(text).not.toMatch(/CHAPTER|\* {2}|THE END|FULCRUM/)
      expect(whole).toContain(text.slice(0, 20))
    }
    // The same in every version: figures of other machines are compared with them.
    const again = await essence([...args, '--output-dir', path('again'), '--json'], env)
    expect(JSON.parse(again.stdout).data.sha256).toBe(
      'd543f88f23e19e75587aa8953ca117c3388d80fc686a958281e41143ab140541',
    )
    expect(json(path('again/alice_dataset.json')).passages).toEqual(passages)
    const other = await essence([...args, '--output-dir', path('other'), '--seed', '2', '--num-passages', '5'], env)
    expect(other.status).toBe(0)
    expect(json(path('other/alice_dataset.json')).passages).toHaveLength(5)
  })

  it('downloads it from the address it is given', async () => {
    const {env, path} = commandFolder()
    const server = createServer((_, response) =>
      response.writeHead(200, {'content-type': 'text/plain'}).end(longBook(60)),
    )
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pg11.txt`
    const said = await essence(['dataset', 'alice', '--num-passages', '9', '--url', url], env)
    expect(said).toMatchObject({status: 0, stderr: `downloading ${url} …\n`})
    expect(json(path('data/datasets/alice_in_wonderland/alice_dataset.json'))).toMatchObject({
      metadata: {source_url: url, total_passages: 9},
    })
  })

  it.each([
    [['--from', '/nowhere.txt'], 'INPUT_NOT_FOUND', 2, /no \/nowhere\.txt/],
    [['--from', '/dev/null'], 'DATASET_INVALID', 2, /found no text/],
    [
      ['--from', join(import.meta.dirname, 'dataset.real.test.ts'), '--num-passages', '5000'],
      'USAGE',
      2,
      /5000 passages/,
    ],
    [['--from', '/dev/null', '--min-sentences', '4'], 'USAGE', 2, /at least 4 and at most 3/],
    [['--from', 'x', '--force-download'], 'USAGE', 2, /cannot also be provided/],
    [['--num-passages', '0'], 'USAGE', 2, /num-passages/],
    [['--url', 'pg11.txt'], 'USAGE', 2, /url/i],
  ])('%j: %s', async (flags, code, status, message) => {
    const {env, path} = commandFolder()
    const said = await essence(['dataset', 'alice', ...flags, '--json'], env)
    expect(JSON.parse(said.stdout).error).toMatchObject({code, message: expect.stringMatching(message)})
    expect(said.status).toBe(status)
    expect(existsSync(path('data/datasets'))).toBe(false)
  })
})
