import {EssenceError} from '../../kit/errors.ts'
import {bytesOfFrames, foundFrames} from './frames.ts'

/** How sound may be said to be coded. `pcm` is raw, 16 bit, little endian. */
export type Encoding = 'pcm' | 'wav' | 'ogg' | 'opus' | 'webm' | 'mp3' | 'flac' | 'm4a'

export const encodings: readonly Encoding[] = ['pcm', 'wav', 'ogg', 'opus', 'webm', 'mp3', 'flac', 'm4a']

/** Other names people give them; MIME types lose what precedes the slash and follows a semicolon. */
const aliases: Readonly<Record<string, Encoding>> = {
  pcm16: 'pcm',
  pcm_s16le: 'pcm',
  s16le: 'pcm',
  l16: 'pcm',
  linear16: 'pcm',
  raw: 'pcm',
  wave: 'wav',
  'x-wav': 'wav',
  oga: 'ogg',
  mpeg: 'mp3',
  'x-flac': 'flac',
  mp4: 'm4a',
  aac: 'm4a',
  'x-m4a': 'm4a',
}

/** Bytes of the beginning that tell a container. */
const containerBytes = 12

/** How many bytes of its beginning it takes to tell what a sound is, as far as can be told from those that are there. */
export const headBytes = (head: Uint8Array): number => Math.max(containerBytes, bytesOfFrames(head))

/** What a sound is by its first bytes; undefined where they are no container's, and no frames that need none. */
const foundEncoding = (head: Uint8Array): Exclude<Encoding, 'pcm' | 'opus'> | undefined => {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, containerBytes)).toString('latin1')
  if (/^RIFF....WAVE/s.test(text) || text.startsWith('RF64')) return 'wav'
  if (text.startsWith('OggS')) return 'ogg'
  if (text.startsWith('fLaC')) return 'flac'
  if (text.startsWith('\u001aE\u00df\u00a3')) return 'webm'
  if (text.startsWith('ID3')) return 'mp3'
  if (/^....ftyp/s.test(text)) return 'm4a'
  return foundFrames(head)
}

/** Of less than two frames of MP3 or AAC, who says so is believed: a loud sample of raw PCM may begin like one. */
const frameSync = (head: Uint8Array): boolean => head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0

/** What may be found under a label that names the codec, or a family. */
const alsoFine: Partial<Record<Encoding, readonly string[]>> = {
  opus: ['ogg', 'webm'],
  m4a: ['m4a', 'mp3'],
  mp3: ['mp3'],
}

/**
 * Holds what was said of a sound against its first bytes.
 * @param label empty: found out from the bytes; what is no container is raw PCM
 * @throws USAGE for a label that is none, or not true, with what was found
 */
export const checkedEncoding = (label: string, head: Uint8Array): Encoding => {
  const name = label
    .trim()
    .toLowerCase()
    .replace(/^(audio|video)\//, '')
    .replace(/;.*$/s, '')
    .trim()
  const found = foundEncoding(head)
  if (name === '') return found ?? 'pcm'
  const said = aliases[name] ?? encodings.find(encoding => encoding === name)
  if (!said) {
    throw new EssenceError('USAGE', `The encoding "${label.slice(0, 40)}" is not known.`, {
      suggestions: [`Say one of ${encodings.join(', ')}; or nothing: it is found out then.`],
    })
  }
  if (said === 'pcm') {
    if (found === undefined) return said
    throw notSo(said, `${found.toUpperCase()}, which says its own sample rate`, found)
  }
  if (found === undefined) {
    if ((said === 'mp3' || said === 'm4a') && frameSync(head)) return said
    if (head.length === 0) return said
    throw notSo(said, 'no container that is known: raw PCM, bare packets or damaged', 'pcm')
  }
  if (found === said || alsoFine[said]?.includes(found)) return found
  throw notSo(said, found.toUpperCase(), found)
}

const notSo = (said: string, found: string, instead: string): EssenceError =>
  new EssenceError('USAGE', `The encoding was said to be ${said}, but the bytes are ${found}.`, {
    suggestions: [`Say ${instead}, if that is right; or leave the encoding out: it is found out then.`],
  })
