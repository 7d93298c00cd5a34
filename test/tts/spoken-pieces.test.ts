import {spokenPieces} from '@essence/core/tts/grpc/spoken-pieces'
import {describe, expect, it} from 'vitest'

async function* sent(...pieces: string[]): AsyncGenerator<string> {
  yield* pieces
}

const collect = async (pieces: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = []
  for await (const piece of pieces) all.push(piece.trim())
  return all
}

describe('text that comes in pieces', () => {
  it.each([
    [
      'whole sentences without a blank',
      ['Hello there.', 'How are you?', 'Fine!'],
      ['Hello there.', 'How are you?', 'Fine!'],
    ],
    ['tokens of a model', ['Hel', 'lo', ' there', '.', ' How', ' are', ' you', '?'], ['Hello there.', 'How are you?']],
    ['a number in two', ['It is 3.', '14 metres. ', 'Yes.'], ['It is 3.14 metres.', 'Yes.']],
    ['an abbreviation in two', ['The U.', 'S. is large.'], ['The U.S. is large.']],
    ['an address in pieces', ['See example.', 'com now.'], ['See example.com now.']],
    ['nothing', [], []],
  ])('%s', async (_, pieces, sentences) => {
    expect((await collect(spokenPieces(sent(...pieces)))).join('|').replaceAll('|', ' ')).toBe(sentences.join(' '))
  })

  it('is spoken where a sentence has ended and nothing follows, though the stream stays open', async () => {
    const more = Promise.withResolvers<void>()
    async function* slow() {
      yield 'Hello there.'
      await more.promise
      yield 'And on.'
    }
    const spoken = spokenPieces(slow())
    expect((await spoken.next()).value).toBe('Hello there.')
    more.resolve()
    expect((await spoken.next()).value?.trim()).toBe('And on.')
    expect((await spoken.next()).done).toBe(true)
  })

  it('waits in the middle of a sentence', async () => {
    const more = Promise.withResolvers<void>()
    async function* slow() {
      yield 'Hello the'
      await more.promise
      yield 're.'
    }
    const first = spokenPieces(slow()).next()
    expect(await Promise.race([first, new Promise(resolve => setTimeout(() => resolve('waits'), 400))])).toBe('waits')
    more.resolve()
    expect((await first).value).toBe('Hello there.')
  })
})
