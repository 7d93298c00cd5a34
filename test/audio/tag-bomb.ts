import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {chunked, sine} from './sounds.ts'

/** An MP3 of a second behind an ID3v2.3 tag of so many small frames: FFmpeg compares each with all before it. */
export const tagBomb = async (frames = 100_000): Promise<Uint8Array> => {
  const parts = Array.from({length: frames}, (_, index) => {
    const body = Buffer.from(`\0k${index.toString(36)}\0v`, 'latin1')
    const frame = Buffer.alloc(10 + body.length)
    frame.write('TXXX', 0, 'latin1')
    frame.writeUInt32BE(body.length, 4)
    frame.set(body, 10)
    return frame
  })
  const tag = Buffer.concat(parts)
  const size = [21, 14, 7, 0].map(bits => (tag.length >> bits) & 127)
  const head = Buffer.from([...Buffer.from('ID3', 'latin1'), 3, 0, 0, ...size])
  return new Uint8Array(Buffer.concat([head, tag, await encodeToBytes(chunked(sine(440, 1), 16_000), 'mp3')]))
}
