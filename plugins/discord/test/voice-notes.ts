import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {chunked, sine} from '../../../test/audio/sounds.ts'

/** A voice note, OGG/Opus, that holds a tone. */
export const toneNote = (seconds = 0.5): Promise<Uint8Array> =>
  encodeToBytes(chunked(sine(300, seconds), 16_000), 'ogg')
