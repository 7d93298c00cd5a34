import {EssenceError} from '../../kit/errors.ts'
import type {PcmChunk} from '../pcm.ts'
import {type EncodedFormat, type EncodeOptions, encodeAudio, encodeToBytes} from './encode.ts'

/**
 * The format a file's name asks for: .ogg, .oga and .opus are Ogg/Opus, then .wav and .mp3.
 * @throws USAGE for any other name
 */
export const formatOf = (file: string): 'ogg' | 'wav' | 'mp3' => {
  const extension = /\.(ogg|oga|opus|wav|mp3)$/i.exec(file)?.[1]?.toLowerCase()
  if (extension === 'wav' || extension === 'mp3') return extension
  if (extension) return 'ogg'
  throw new EssenceError('USAGE', `The format of "${file}" is not known.`, {
    suggestions: ['Name it .ogg, .wav or .mp3.'],
  })
}

/**
 * Encodes sound for a file, see `encodeAudio`: as it comes, but a `wav` at its end, as its header names its length.
 * @throws what `encodeAudio` throws
 */
export async function* encodeForFile(
  chunks: AsyncIterable<PcmChunk>,
  format: EncodedFormat,
  options: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  if (format === 'wav') yield await encodeToBytes(chunks, format, options)
  else yield* encodeAudio(chunks, format, options)
}
