import type {CodecContext, Dictionary, FormatContext, IOContext, Packet, Stream} from 'node-av/lib'
import {throwIfCancelled} from '../kit/errors.ts'
import {expectOk, type Ffmpeg} from './ffmpeg.ts'
import {Framer, type PcmChunk} from './pcm.ts'
import {monoLayout} from './resample.ts'

/** How a format is written: FFmpeg's names of the encoder and the container, and their options. */
export interface MuxedFormat {
  encoder: string
  container: string
  encoderOptions: Record<string, string>
  containerOptions: Record<string, string>
  sampleFormat: 'AV_SAMPLE_FMT_FLT' | 'AV_SAMPLE_FMT_FLTP'
}

const writeBytes = 4096

/** Encodes chunks of one rate and hands on the file's bytes as FFmpeg writes them. Encoding runs off the event loop. */
export async function* muxed(
  ffmpeg: Ffmpeg,
  chunks: AsyncIterable<PcmChunk>,
  format: MuxedFormat,
  bitrate: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let writer: Writer | undefined
  try {
    for await (const {pcm, sampleRate} of chunks) {
      writer ??= await openWriter(ffmpeg, format, sampleRate, bitrate)
      for (const samples of writer.framer.push(pcm)) {
        throwIfCancelled(signal)
        await writeFrame(ffmpeg, writer, samples)
        yield* writer.written.splice(0)
      }
    }
    if (!writer) return
    for (const samples of writer.framer.flush()) await writeFrame(ffmpeg, writer, samples)
    expectOk(ffmpeg, await writer.encoder.sendFrame(null), 'ending the encoder')
    await writePackets(ffmpeg, writer)
    expectOk(ffmpeg, await writer.format.writeTrailer(), 'writing the end of the file')
    yield* writer.written.splice(0)
  } finally {
    if (writer) close(writer)
  }
}

/** A file under construction: everything native that it needs, and the bytes not yet handed on. */
interface Writer {
  sampleRate: number
  sampleFormat: number
  samples: bigint
  framer: Framer
  written: Uint8Array[]
  encoder: CodecContext
  packet: Packet
  io: IOContext
  format: FormatContext
  stream: Stream | undefined
}

const openWriter = async (
  ffmpeg: Ffmpeg,
  wanted: MuxedFormat,
  sampleRate: number,
  bitrate: number,
): Promise<Writer & {stream: Stream}> => {
  const written: Uint8Array[] = []
  const io = new ffmpeg.IOContext()
  // FFmpeg reuses its buffer after the callback.
  io.allocContextWithCallbacks(writeBytes, 1, null, bytes => {
    written.push(new Uint8Array(bytes))
    return bytes.length
  })
  const [encoder, packet, format] = [new ffmpeg.CodecContext(), new ffmpeg.Packet(), new ffmpeg.FormatContext()]
  const sampleFormat = ffmpeg[wanted.sampleFormat]
  const writer = {sampleRate, sampleFormat, samples: 0n, written, encoder, packet, io, format, stream: undefined}
  try {
    const codec = ffmpeg.Codec.findEncoderByName(wanted.encoder as Parameters<typeof ffmpeg.Codec.findEncoderByName>[0])
    encoder.allocContext3(codec)
    encoder.sampleRate = sampleRate
    encoder.sampleFormat = sampleFormat
    encoder.channelLayout = monoLayout(ffmpeg)
    encoder.bitRate = BigInt(bitrate)
    encoder.timeBase = new ffmpeg.Rational(1, sampleRate)
    using encoderOptions = dictionary(ffmpeg, wanted.encoderOptions)
    expectOk(ffmpeg, await encoder.open2(codec, encoderOptions), `opening the encoder ${wanted.encoder}`)
    expectOk(
      ffmpeg,
      format.allocOutputContext2(null, wanted.container, null),
      `opening the container ${wanted.container}`,
    )
    format.setFlags(ffmpeg.AVFMT_FLAG_FLUSH_PACKETS, ffmpeg.AVFMT_FLAG_CUSTOM_IO)
    format.pb = io
    const stream = format.newStream()
    stream.timeBase = encoder.timeBase
    expectOk(ffmpeg, encoder.parametersFromContext(stream.codecpar), 'describing the stream')
    using containerOptions = dictionary(ffmpeg, wanted.containerOptions)
    expectOk(ffmpeg, await format.writeHeader(containerOptions), 'writing the header')
    packet.alloc()
    return {...writer, stream, framer: new Framer(encoder.frameSize)}
  } catch (error) {
    close(writer)
    throw error
  }
}

const dictionary = (ffmpeg: Ffmpeg, options: Record<string, string>): Dictionary =>
  ffmpeg.Dictionary.fromObject(options)

const writeFrame = async (ffmpeg: Ffmpeg, writer: Writer, samples: Float32Array): Promise<void> => {
  using frame = ffmpeg.Frame.fromAudioBuffer(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength), {
    nbSamples: samples.length,
    format: writer.sampleFormat as Parameters<typeof ffmpeg.Frame.fromAudioBuffer>[1]['format'],
    sampleRate: writer.sampleRate,
    channelLayout: monoLayout(ffmpeg),
    timeBase: writer.encoder.timeBase,
    pts: writer.samples,
  })
  writer.samples += BigInt(samples.length)
  expectOk(ffmpeg, await writer.encoder.sendFrame(frame), 'encoding')
  await writePackets(ffmpeg, writer)
}

const writePackets = async (ffmpeg: Ffmpeg, {encoder, packet, format, stream}: Writer): Promise<void> => {
  while (stream && encoder.receivePacketSync(packet) >= 0) {
    packet.streamIndex = stream.index
    packet.rescaleTs(encoder.timeBase, stream.timeBase)
    expectOk(ffmpeg, await format.interleavedWriteFrame(packet), 'writing a packet')
    packet.unref()
  }
}

const close = ({encoder, packet, format, io}: Pick<Writer, 'encoder' | 'packet' | 'format' | 'io'>): void => {
  packet.free()
  encoder.freeContext()
  format.pb = null
  format.freeContext()
  io.freeContext()
}
