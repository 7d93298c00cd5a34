import {EssenceError} from '../kit/errors.ts'

/** How much sound of one message is listened to. */
export interface RecordingLimits {
  maxBytes: number
  maxSeconds: number
}

/**
 * Checks what a sender says of a recording, before anything is fetched. Nothing said is no failure: the bytes are counted
 * while they arrive, and the length is measured when they are decoded.
 * @throws AUDIO_TOO_LARGE, AUDIO_TOO_LONG
 */
export const checkClaims = (
  {bytes, seconds}: {bytes?: number | undefined; seconds?: number | undefined},
  limits: RecordingLimits,
): void => {
  if (bytes !== undefined && bytes > limits.maxBytes) throw tooLarge(limits)
  if (seconds !== undefined && seconds > limits.maxSeconds) {
    throw new EssenceError('AUDIO_TOO_LONG', `The message is ${seconds} s long; ${limits.maxSeconds} s are allowed.`)
  }
}

/**
 * Collects a download whole, so that one that is cut off can be asked for again, and stops it as soon as it exceeds the
 * limit, whatever was said of its size.
 * @throws AUDIO_TOO_LARGE, AUDIO_EMPTY, and what the download throws
 */
export const collectWithin = async (
  chunks: AsyncIterable<Uint8Array>,
  limits: RecordingLimits,
): Promise<Uint8Array> => {
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

const tooLarge = ({maxBytes}: RecordingLimits): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `The message is larger than ${maxBytes} bytes.`)
