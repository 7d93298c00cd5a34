import {text as wholeText} from 'node:stream/consumers'
import {EssenceError} from '../kit/errors.ts'
import {untilAborted} from '../kit/flow/until-aborted.ts'
import type {PcmChunk, SynthesisOptions, TextToSpeech} from '../tts/port.ts'
import {readAloud} from './read-aloud.ts'
import {speechText} from './speech-text.ts'

/**
 * Speaks a text, or a stream of bytes (UTF-8) while it arrives.
 * SSML must be there as a whole, and is taken as it is.
 * @throws USAGE (no text), CANCELLED, and what `synthesize` throws
 */
export async function* spokenText(
  tts: TextToSpeech,
  text: string | NodeJS.ReadableStream,
  options: SynthesisOptions = {},
): AsyncGenerator<PcmChunk> {
  const {signal, ssml} = options
  if (typeof text !== 'string') {
    text.setEncoding('utf8')
    const pieces = untilAborted(text as AsyncIterable<string>, signal)
    if (!ssml) return yield* someOf(readAloud(tts, pieces, options))
    return yield* someOf(tts.synthesize(await wholeText(pieces as unknown as NodeJS.ReadableStream), options))
  }
  yield* someOf(tts.synthesize(ssml ? text : speechText(text), options))
}

/** A text of nothing but marks, or none at all, is a mistake in the command. */
async function* someOf(chunks: AsyncIterable<PcmChunk>): AsyncGenerator<PcmChunk> {
  let some = false
  for await (const chunk of chunks) {
    some = true
    yield chunk
  }
  if (!some) throw new EssenceError('USAGE', 'There is no text to speak: nothing in it has a sound.')
}
