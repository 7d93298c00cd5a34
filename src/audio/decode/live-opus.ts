import type {CodecContext} from 'node-av/lib'
import {EssenceError} from '../../kit/errors.ts'
import {expectOk, type Ffmpeg, loadFfmpeg} from '../ffmpeg.ts'
import {clampSamples} from '../pcm.ts'
import type {ByteQueue} from './byte-queue.ts'
import {monoFrames} from './mono.ts'
import {oggPackets} from './ogg-pages.ts'

/** Opus counts its samples at this rate, whatever went in. */
export const opusRate = 48_000

/** Whether the head of a stream is that of Opus in Ogg: 36 bytes are enough to tell. */
export const isOggOpus = (head: Buffer): boolean =>
  head.toString('latin1', 0, 4) === 'OggS' && head.toString('latin1', 28, 36) === 'OpusHead'

/**
 * Decodes Ogg/Opus while it arrives to mono samples, −1..1: what messengers and browsers send. Between two pages nothing
 * waits but a promise, so any number of streams may be open, where FFmpeg's reader would hold a thread for each.
 * @throws AUDIO_UNREADABLE, AUDIO_EMPTY, ENGINE_UNAVAILABLE, and what the bytes' source throws
 */
export async function* decodeOggOpus(bytes: ByteQueue, sampleRate: number, name: string): AsyncGenerator<Float32Array> {
  const ffmpeg = await loadFfmpeg()
  let heard = false
  for await (const pcm of monoFrames(ffmpeg, frames(ffmpeg, bytes, name), sampleRate)) {
    if (pcm.length === 0) continue
    heard = true
    yield clampSamples(pcm)
  }
  if (!heard) throw new EssenceError('AUDIO_EMPTY', `${name} has no sound in it: a header, and then nothing.`)
}

async function* frames(ffmpeg: Ffmpeg, bytes: ByteQueue, name: string) {
  let decoder: CodecContext | undefined
  using packet = new ffmpeg.Packet()
  using frame = new ffmpeg.Frame()
  packet.alloc()
  frame.alloc()
  let damaged = 0
  let packets = 0
  let preSkip = 0n
  let decoded = 0n
  try {
    for await (const {data, first, end} of oggPackets(bytes)) {
      if (first) {
        decoder?.freeContext()
        decoder = undefined
        decoder = await openOpus(ffmpeg, data, name)
        // The decoder leaves out what precedes the sound; the container counts it.
        preSkip = BigInt(data.readUInt16LE(10))
        decoded = 0n
        continue
      }
      if (!decoder || data.length === 0 || data.toString('latin1', 0, 8) === 'OpusTags') continue
      packets++
      packet.data = data
      if (decoder.sendPacketSync(packet) < 0) damaged++
      packet.unref()
      while (decoder.receiveFrameSync(frame) >= 0) {
        decoded += BigInt(frame.nbSamples)
        const beyond = end === undefined ? 0n : decoded + preSkip - end
        if (beyond > 0n) frame.nbSamples = Math.max(0, frame.nbSamples - Number(beyond))
        yield frame
        frame.unref()
      }
    }
  } finally {
    decoder?.freeContext()
  }
  if (packets > 0 && damaged === packets) {
    throw new EssenceError(
      'AUDIO_UNREADABLE',
      `${name} could not be decoded: ${damaged} of ${packets} packets are damaged.`,
    )
  }
}

/** A decoder by what an OpusHead packet says (RFC 7845, 5.1). @throws AUDIO_UNREADABLE, ENGINE_FAILED */
export const openOpus = async (ffmpeg: Ffmpeg, head: Buffer, name: string): Promise<CodecContext> => {
  if (head.toString('latin1', 0, 8) !== 'OpusHead' || head.length < 19) {
    throw new EssenceError('AUDIO_UNREADABLE', `${name} is Ogg, but what is in it is not Opus.`)
  }
  const decoder = new ffmpeg.CodecContext()
  try {
    const codec = ffmpeg.Codec.findDecoder(ffmpeg.AV_CODEC_ID_OPUS)
    decoder.allocContext3(codec)
    decoder.sampleRate = opusRate
    decoder.extraData = head
    decoder.pktTimebase = new ffmpeg.Rational(1, opusRate)
    decoder.threadCount = 1
    expectOk(ffmpeg, await decoder.open2(codec), 'to open the Opus decoder')
    return decoder
  } catch (error) {
    decoder.freeContext()
    throw error
  }
}
