import {readdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {hostRoot} from '@essence/core/release/host/layout'
import {receiveTarball, splitRequest} from '@essence/core/release/operations/receive'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {sha256Of} from '../tarball.ts'

const folder = temporaryFolder()

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}
const newHost = () => {
  const root = hostRoot(temporaryFolder(folder))
  return {root, incoming: join(root.root, 'echo/incoming')}
}
const content = Buffer.from(Array.from({length: 10_000}, (_, index) => (index * 31) % 251))
const input = {service: 'echo', sha256: sha256Of(content), size: content.length}

describe('a tarball that comes in', () => {
  it('is whole after any number of interruptions, wherever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(content.length - 1), {maxLength: 4}),
        fc.integer({min: 1, max: 3000}),
        async (ends, size) => {
          const {root, incoming} = newHost()
          for (const end of ends.sort((a, b) => a - b)) {
            let offset = 0
            const bytes = async function* () {
              yield* inPieces(content.subarray(offset, Math.max(offset, end)), size)
            }
            const cut = receiveTarball(root, input, bytes(), have => {
              offset = have
            })
            await expect(cut).rejects.toMatchObject({code: 'CANCELLED'})
          }
          let offset = -1
          const rest = async function* () {
            yield* inPieces(content.subarray(offset), size)
          }
          const path = await receiveTarball(root, input, rest(), have => {
            offset = have
          })
          expect(offset).toBe(Math.max(0, ...ends))
          expect(readFileSync(path).equals(content)).toBe(true)
          expect(readdirSync(incoming)).toEqual([`${input.sha256}.tar.gz`])
        },
      ),
      {numRuns: 30},
    )
  })

  it('is whole although what is left of an earlier connection still writes', async () => {
    const {root} = newHost()
    const begun = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    const late = async function* () {
      yield content.subarray(0, 3000)
      begun.resolve()
      await over.promise
      yield content.subarray(3000, 5000)
    }
    const first = receiveTarball(root, input, late(), () => {})
    await begun.promise
    let offset = 0
    const rest = async function* () {
      yield content.subarray(offset, 6000)
      over.resolve()
      await first.catch(() => {})
      yield content.subarray(6000)
    }
    const path = await receiveTarball(root, input, rest(), have => {
      offset = have
    })
    expect(offset).toBe(3000)
    await expect(first).rejects.toMatchObject({code: 'CANCELLED'})
    expect(readFileSync(path).equals(content)).toBe(true)
  })

  it('of more bytes than were told, or others, is refused and removed', async () => {
    const {root, incoming} = newHost()
    const wrong = Buffer.from(content).fill(0, 10, 20)
    for (const bytes of [wrong, Buffer.concat([content, content])]) {
      await expect(receiveTarball(root, input, inPieces(bytes, content.length * 2), () => {})).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
      })
      expect(readdirSync(incoming)).toEqual([])
    }
  })

  it('makes room: what nobody came back for in a day goes, what is young stays', async () => {
    const {root, incoming} = newHost()
    await mkdir(incoming, {recursive: true})
    for (const name of ['old.part', 'young.part']) writeFileSync(join(incoming, name), '')
    const yesterday = Date.now() / 1000 - 25 * 3600
    utimesSync(join(incoming, 'old.part'), yesterday, yesterday)
    await receiveTarball(root, input, inPieces(content, 4000), () => {})
    expect(readdirSync(incoming).sort()).toEqual([`${input.sha256}.tar.gz`, 'young.part'].sort())
  })
})

it('the request is the first line, whatever pieces it comes in, and the rest is as it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.stringMatching(/^[^\n]*$/),
      fc.uint8Array(),
      fc.integer({min: 1, max: 9}),
      async (line, rest, size) => {
        const all = Buffer.concat([Buffer.from(`${line}\n`), rest])
        const split = await splitRequest(inPieces(all, size), 1000)
        const pieces: Buffer[] = []
        for await (const piece of split.rest) pieces.push(piece)
        expect(split.line).toBe(Buffer.from(line).toString())
        expect(Buffer.concat(pieces).equals(Buffer.from(rest))).toBe(true)
      },
    ),
  )
  await expect(splitRequest(inPieces(Buffer.from('no end'), 2), 1000)).rejects.toMatchObject({code: 'USAGE'})
  await expect(splitRequest(inPieces(Buffer.alloc(5000, 'x'), 100), 1000)).rejects.toMatchObject({code: 'USAGE'})
})
