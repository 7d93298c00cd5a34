// What a voice server is in DAVE's groups: MLS' external sender (RFC 9420), who proposes members and sees none of their keys.
import {generateKeyPairSync, sign} from 'node:crypto'

const uint = (value: number | bigint, bytes: number): Buffer => {
  const all = Buffer.alloc(8)
  all.writeBigUInt64BE(BigInt(value))
  return all.subarray(8 - bytes)
}

/** A vector whose length stands before it (RFC 9420, 2.1.2). */
export const vector = (bytes: Buffer): Buffer => {
  const {length} = bytes
  return Buffer.concat([
    length < 64 ? uint(length, 1) : length < 16_384 ? uint(length | 0x40_00, 2) : uint(length + 2 ** 31, 4),
    bytes,
  ])
}

/** Where a vector ends; undefined where there is none. */
const vectorEnd = (bytes: Buffer, at: number): number | undefined => {
  const first = bytes[at]
  if (first === undefined) return undefined
  const size = 1 << (first >> 6)
  if (size > 4 || at + size > bytes.length) return undefined
  const length = bytes.readUIntBE(at, size) & (2 ** (8 * size - 2) - 1)
  return at + size + length <= bytes.length ? at + size + length : undefined
}

/** P-256 with AES-128-GCM: the suite of DAVE. */
const cipherSuite = 2

/** What a client sends as commit and welcome, taken apart: a welcome is a suite and two vectors, to the end. */
export const splitCommit = (bytes: Buffer): {commit: Buffer; welcome: Buffer | undefined} => {
  for (let at = 2; at + 2 < bytes.length; at++) {
    if (bytes.readUInt16BE(at) !== cipherSuite) continue
    const secrets = vectorEnd(bytes, at + 2)
    if (secrets !== undefined && vectorEnd(bytes, secrets) === bytes.length) {
      return {commit: bytes.subarray(0, at), welcome: bytes.subarray(at)}
    }
  }
  return {commit: bytes, welcome: undefined}
}

/** MLS 1.0, a public message. */
const version = Buffer.concat([uint(1, 2), uint(1, 2)])

export const openMlsDelivery = (channelId: string) => {
  const {publicKey, privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const {x = '', y = ''} = publicKey.export({format: 'jwk'})
  const point = Buffer.concat([uint(4, 1), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const basicCredential = Buffer.concat([uint(1, 2), vector(Buffer.from('voice-server'))])
  const propose = (epoch: bigint, proposal: Buffer): Buffer => {
    // A proposal (2) of the external sender (2) number 0.
    const content = Buffer.concat([
      ...[vector(uint(BigInt(channelId), 8)), uint(epoch, 8), uint(2, 1), uint(0, 4), vector(Buffer.alloc(0))],
      ...[uint(2, 1), proposal],
    ])
    const signed = Buffer.concat([
      ...[vector(Buffer.from('MLS 1.0 FramedContentTBS')), vector(Buffer.concat([version, content]))],
    ])
    return Buffer.concat([version, content, vector(sign('sha256', signed, privateKey))])
  }
  return {
    /** What clients are given to know it by. */
    externalSender: Buffer.concat([vector(point), basicCredential]),
    add: (epoch: bigint, keyPackage: Buffer): Buffer => propose(epoch, Buffer.concat([uint(1, 2), keyPackage])),
    /** @param leaf of the member in the tree */
    remove: (epoch: bigint, leaf: number): Buffer => propose(epoch, Buffer.concat([uint(3, 2), uint(leaf, 4)])),
  }
}

export type MlsDelivery = ReturnType<typeof openMlsDelivery>
