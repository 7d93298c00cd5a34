import {EssenceError} from '@essence/core/kit/errors'
import type {Sound} from './incoming.ts'

/** What getFile gives at most: https://core.telegram.org/bots/api#getfile */
export const telegramFileLimit = 20 * 1024 * 1024

export interface SoundLimits {
  maxBytes: number
  maxSeconds: number
}

/**
 * Checks what the sender says of a sound, before anything is fetched. Nothing said is no failure: the bytes are counted
 * while they arrive, and the length is measured when they are decoded.
 * @throws AUDIO_TOO_LARGE, AUDIO_TOO_LONG
 */
export const checkSound = ({bytes, seconds}: Sound, limits: SoundLimits): void => {
  if (bytes !== undefined && bytes > limits.maxBytes) throw tooLarge(limits)
  if (seconds !== undefined && seconds > limits.maxSeconds) {
    throw new EssenceError('AUDIO_TOO_LONG', `The message is ${seconds} s long; ${limits.maxSeconds} s are allowed.`)
  }
}

/**
 * Collects a download, and stops it as soon as it exceeds the limit, whatever was said of its size.
 * @throws AUDIO_TOO_LARGE, AUDIO_EMPTY
 */
export const collectWithin = async (chunks: AsyncIterable<Uint8Array>, limits: SoundLimits): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limits.maxBytes) throw tooLarge(limits)
    parts.push(chunk)
  }
  if (size === 0) throw new EssenceError('AUDIO_EMPTY', 'The file of the message is empty.')
  return Buffer.concat(parts, size)
}

const tooLarge = ({maxBytes}: SoundLimits): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `The message is larger than ${maxBytes} bytes.`)
