import {createCipheriv, createDecipheriv} from 'node:crypto'

/** Of Opus, as Discord numbers it. */
const payloadType = 120
const [tagBytes, nonceBytes] = [16, 4]

export interface RtpPacket {
  sequence: number
  timestamp: number
  ssrc: number
  payload: Buffer
}

/** An extension of the header that clients send: two words, whose body is encrypted with the sound. */
const extension = Buffer.from([0xbe, 0xde, 0x00, 0x02])
const extensionBody = Buffer.from([0x10, 0xff, 0x90, 0x00, 0x00, 0x00, 0x00, 0x00])

/** `aead_aes256_gcm_rtpsize`: the header is authenticated, all else encrypted; the nonce stands behind it. */
export const sealRtp = ({sequence, timestamp, ssrc, payload}: RtpPacket, key: Buffer, nonce: number): Buffer => {
  const header = Buffer.alloc(12)
  header[0] = 0x90
  header[1] = payloadType
  header.writeUInt16BE(sequence & 0xff_ff, 2)
  header.writeUInt32BE(timestamp >>> 0, 4)
  header.writeUInt32BE(ssrc, 8)
  const known = Buffer.concat([header, extension])
  const iv = Buffer.alloc(12)
  iv.writeUInt32BE(nonce, 0)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(known)
  const sealed = [cipher.update(Buffer.concat([extensionBody, payload])), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([known, ...sealed, iv.subarray(0, nonceBytes)])
}

/** @throws where it is not authentic, or no packet of Opus */
export const openRtp = (bytes: Buffer, key: Buffer): RtpPacket => {
  if (bytes[0] !== 0x80 || bytes[1] !== payloadType)
    throw new Error(`no packet of Opus: ${bytes.toString('hex', 0, 12)}`)
  const iv = Buffer.alloc(12)
  bytes.copy(iv, 0, bytes.length - nonceBytes)
  const tagAt = bytes.length - nonceBytes - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
  decipher.setAAD(bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(tagAt, tagAt + tagBytes))
  const payload = Buffer.concat([decipher.update(bytes.subarray(12, tagAt)), decipher.final()])
  return {sequence: bytes.readUInt16BE(2), timestamp: bytes.readUInt32BE(4), ssrc: bytes.readUInt32BE(8), payload}
}
