import {sentenceChunker} from '../../text/sentence-chunker.ts'
import {sentenceEnd} from '../../text/sentence-end.ts'

/** A sentence that seems to have ended is spoken when nothing more has come for so long, in ms. */
const waitMs = 200

/** Enough of what came last to tell an abbreviation from an end. */
const tailLength = 60

/**
 * Text that comes in pieces, of any size, sentence by sentence as soon as one is complete: where the next begins, or where
 * nothing follows for a while. Pieces are put together as they are; but where one ends a sentence and the next begins
 * like one, they are two sentences of a client that sends whole ones.
 * @throws what the pieces' source throws
 */
export async function* spokenPieces(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const source = pieces[Symbol.asyncIterator]()
  const chunker = sentenceChunker()
  let tail = ''
  try {
    for (let next = source.next(); ; next = source.next()) {
      if (endsSentence(tail) && !(await comesWithin(next))) yield* chunker.flush()
      const {done, value: piece} = await next
      if (done) break
      const text = endsSentence(tail) && begins.test(piece) ? ` ${piece}` : piece
      tail = (tail + text).slice(-tailLength)
      yield* chunker.push(text)
    }
    yield* chunker.flush()
  } finally {
    await source.return?.()
  }
}

/** What begins a sentence; a small letter goes on with an address. */
const begins = /^[\p{Lu}\p{Lo}]/u

/** "The U." may go on with "S.". */
const initial = /(?:^|[^\p{L}])\p{Lu}\.$/u

/** Whether a text would end with a whole sentence if nothing followed. */
const endsSentence = (text: string): boolean => {
  const stop = /[.!?…؟۔।॥։።。！？｡]+[\s"'”’»)\]]*$/u.exec(text)
  return stop !== null && !initial.test(text) && sentenceEnd(text, stop.index, true) !== false
}

const comesWithin = async (next: Promise<unknown>): Promise<boolean> => {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), waitMs)
  try {
    return await Promise.race([next.then(() => true), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
