import {sentenceChunker} from '../../text/sentence-chunker.ts'
import type {Block} from './blocks.ts'

/** A part of a document that is searched for and quoted. */
export interface Chunk {
  text: string
  headings: string[]
  page?: number | undefined
}

/** Tokens of a chunk: small enough for an embedding model and to say one thing, large enough to say it whole. */
const maxTokens = 300
/** Of the chunk before, so that what stands across the border is found. */
const overlapTokens = 40

/** A sentence longer than this many characters is cut. */
const maxSentenceLength = 800

/** A heading longer than this is cut: it stands in every chunk below it. */
const maxHeadingLength = 200

const wideLetter = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/gu

/** About as many tokens as a text has: four letters each, or one where a letter is a word. */
const tokensOf = (text: string): number => {
  const wide = text.match(wideLetter)?.length ?? 0
  return wide + (text.length - wide) / 4
}

/** Cuts a document between sentences, never across headings or pages. The heading of a chunk stands in its text, to be found, too. */
export const chunksOf = (blocks: readonly Block[]): Chunk[] => {
  const chunks: Chunk[] = []
  const sections: Block[][] = []
  for (const block of blocks) {
    const section = sections.at(-1)
    if (section?.[0] && sameSection(section[0], block)) section.push(block)
    else sections.push([block])
  }
  for (const section of sections) chunks.push(...chunksOfSection(section))
  return chunks
}

const sameSection = (a: Block, b: Block): boolean =>
  a.page === b.page &&
  a.headings.length === b.headings.length &&
  a.headings.every((text, at) => text === b.headings[at])

const chunksOfSection = (section: readonly Block[]): Chunk[] => {
  const headings = (section[0]?.headings ?? []).map(text => clean(text).slice(0, maxHeadingLength).toWellFormed())
  const page = section[0]?.page
  const chunker = sentenceChunker({softLimit: maxSentenceLength / 2, hardLimit: maxSentenceLength})
  const sentences = section.flatMap(({text}) => [...chunker.push(`${clean(text)}\n`), ...chunker.flush()])
  const texts: string[] = []
  let chosen: string[] = []
  let tokens = 0
  const close = (): void => {
    const text = chosen.join('').trim()
    if (text !== '') texts.push(text)
  }
  for (const sentence of sentences) {
    const more = tokensOf(sentence)
    if (tokens + more > maxTokens && chosen.length > 0) {
      close()
      const last = chosen.at(-1) ?? ''
      chosen = tokensOf(last) <= overlapTokens ? [last] : []
      tokens = tokensOf(chosen.join(''))
    }
    chosen.push(sentence)
    tokens += more
  }
  close()
  const heading = headings.at(-1)
  return texts.map(text => ({text: heading === undefined ? text : `${heading}\n${text}`, headings, page}))
}

/** As the database takes it: no NUL, no halves of characters. */
const clean = (text: string): string => text.replaceAll('\0', '').toWellFormed()
