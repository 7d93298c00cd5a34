import {createHash, randomBytes} from 'node:crypto'
import {crc32} from 'node:zlib'

/** What is stored of a random token: its SHA-256, hex. It has more bits than anybody can guess, so a fast hash will do. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** 64 random bytes, URL-safe. */
export const newRefreshToken = (): string => randomBytes(64).toString('base64url')

const keyPrefix = 'june_'

/** 32 random bytes after `june_`, and a checksum: a mistyped key, or one that is made up, is known without asking the database. */
export const newApiKey = (): string => {
  const body = `${keyPrefix}${randomBytes(32).toString('base64url')}`
  return body + checksum(body)
}

/** Whether a text looks like an API key, be it one or not. */
export const isApiKeyLike = (text: string): boolean => text.startsWith(keyPrefix)

/** Whether an API key can be one: its form, and its checksum. */
export const isWholeApiKey = (key: string): boolean => {
  const [, body = '', sum] = /^(june_[\w-]{43})([\w-]{6})$/.exec(key) ?? []
  return sum !== undefined && sum === checksum(body)
}

const checksum = (text: string): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString('base64url')
}
