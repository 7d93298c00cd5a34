import {type PcmChunk, toPcm16} from '../pcm.ts'

/** Bytes of the header that `wavHeader` writes. */
export const wavHeaderBytes = 44

/** What stands for a size that is not known yet: readers of streamed WAV take it as "until the end". */
const unknownSize = 0xffff_ffff

/**
 * The header of a mono 16-bit PCM WAV file.
 * @param dataBytes size of the samples that follow; absent while streaming, and when they outgrow the format's 4 GiB
 */
export const wavHeader = (sampleRate: number, dataBytes?: number): Uint8Array => {
  const header = Buffer.alloc(wavHeaderBytes)
  const fits = dataBytes !== undefined && dataBytes <= unknownSize - wavHeaderBytes
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(fits ? dataBytes + wavHeaderBytes - 8 : unknownSize, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20) // PCM
  header.writeUInt16LE(1, 22) // channels
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * 2, 28) // bytes a second
  header.writeUInt16LE(2, 32) // bytes a sample
  header.writeUInt16LE(16, 34) // bits a sample
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(fits ? dataBytes : unknownSize, 40)
  return header
}

/** A WAV file as a stream: a header with unknown sizes, then the samples as they come. All chunks have one rate. */
export async function* wavStream(chunks: AsyncIterable<PcmChunk>): AsyncGenerator<Uint8Array> {
  let started = false
  for await (const {pcm, sampleRate} of chunks) {
    if (!started) yield wavHeader(sampleRate)
    started = true
    if (pcm.length > 0) yield toPcm16(pcm)
  }
}
