import {encodeToBytes} from '@essence/core/audio/encode/encode'

const sampleRate = 16_000

/** A voice note, OGG/Opus, that holds a tone. */
export const toneNote = (seconds = 0.5): Promise<Uint8Array> => {
  const pcm = Float32Array.from(
    {length: seconds * sampleRate},
    (_, n) => 0.3 * Math.sin((2 * Math.PI * 300 * n) / sampleRate),
  )
  return encodeToBytes(
    (async function* () {
      yield {pcm, sampleRate}
    })(),
    'ogg',
  )
}
