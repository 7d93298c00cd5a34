/**
 * The head of a FLAC stream (RFC 9639, 8): its mark, and STREAMINFO as the last block of metadata. How many samples follow is not said.
 * @param streamInfo 34 bytes, as the encoder has them
 */
export const flacHead = (streamInfo: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from('fLaC'), Uint8Array.of(0x80, 0, 0, streamInfo.length), streamInfo])
