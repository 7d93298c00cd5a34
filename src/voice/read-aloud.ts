import {sentenceChunker} from '../text/sentence-chunker.ts'
import type {PcmChunk, SynthesisOptions, TextToSpeech} from '../tts/port.ts'
import {speechTextStream} from './speech-text.ts'

/** Sentences that are there together are spoken together, up to about so many characters: the voice can look ahead. */
const passageLength = 2000

/**
 * Reads a text aloud while it comes, sentence by sentence, and holds no more of it than a passage. Markdown and the like
 * are left out, see `speechText`.
 * @throws what the text's source and `synthesize` throw
 */
export async function* readAloud(
  tts: TextToSpeech,
  text: AsyncIterable<string> | Iterable<string>,
  options: SynthesisOptions = {},
): AsyncGenerator<PcmChunk> {
  const chunker = sentenceChunker()
  const spoken = speechTextStream()
  const speak = async function* (speeches: Iterable<string>): AsyncGenerator<PcmChunk> {
    let passage = ''
    for (const speech of speeches) {
      if (passage !== '' && passage.length + speech.length > passageLength) {
        yield* tts.synthesize(passage, options)
        passage = ''
      }
      passage += speech && passage ? ` ${speech}` : speech
    }
    if (passage) yield* tts.synthesize(passage, options)
  }
  const push = (sentence: string): string => spoken.push(sentence)
  for await (const piece of text) yield* speak(chunker.push(piece).map(push))
  yield* speak([...chunker.flush().map(push), spoken.end()])
}
