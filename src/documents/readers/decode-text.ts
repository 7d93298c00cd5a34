import {unreadable} from './kind.ts'

/** Longest first: the mark of UTF-32 begins with that of UTF-16. */
const marks: [mark: number[], encoding: string][] = [
  [[0xff, 0xfe, 0, 0], 'utf-32le'],
  [[0, 0, 0xfe, 0xff], 'utf-32be'],
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/** Control characters that no text has, beside tab, line ends, form feed and escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const binary = /[\0-\x08\x0e-\x1a\x1c-\x1f]/

/**
 * The characters of a text: by its byte order mark; else what it says of itself (`charset`), UTF-8, or Windows-1252.
 * @throws DOCUMENT_UNREADABLE (no text)
 */
export const decodeText = (name: string, bytes: Uint8Array, charset?: string): string => {
  const [mark, encoding] = marks.find(([mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [[], undefined]
  const body = bytes.subarray(mark.length)
  if (encoding?.startsWith('utf-32')) return decodeUtf32(name, body, encoding === 'utf-32le')
  const text = encoding ? new TextDecoder(encoding).decode(body) : decodeUnmarked(body, charset)
  if (binary.test(text)) throw unreadable(name, 'its bytes are no text')
  return text
}

const decodeUnmarked = (bytes: Uint8Array, charset: string | undefined): string => {
  for (const encoding of [charset, 'utf-8']) {
    try {
      if (encoding) return new TextDecoder(encoding, {fatal: true}).decode(bytes)
    } catch {
      // Not in this encoding, or none that is known.
    }
  }
  return new TextDecoder('windows-1252').decode(bytes)
}

const decodeUtf32 = (name: string, bytes: Uint8Array, littleEndian: boolean): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const characters: string[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian)
    if (code === 0 || code > 0x10_ffff) throw unreadable(name, 'its bytes are no text')
    characters.push(String.fromCodePoint(code))
  }
  return characters.join('')
}
