import {expectOk, loadFfmpeg} from '../ffmpeg.ts'
import {Framer} from '../pcm.ts'

/** Hz of what is taken. */
export const opusPacketRate = 48_000

/** ms of sound in a packet. */
export const opusPacketMs = 20

const frameSamples = (opusPacketRate * opusPacketMs) / 1000

/** Makes Opus packets that stand in no container, as they are sent over a network. */
export interface OpusPacketEncoder {
  /**
   * At once, on the event loop: some 0.3 ms for a packet.
   * @param pcm mono, 48 kHz, −1..1, any length @returns the packets that are complete, each of 20 ms, in two channels that are alike
   */
  push(pcm: Float32Array): Buffer[]
  /** The rest, filled up with silence. */
  flush(): Buffer[]
  close(): void
}

/** @param bitrate bits a second @throws ENGINE_UNAVAILABLE, ENGINE_FAILED */
export const openOpusPacketEncoder = async (bitrate = 64_000): Promise<OpusPacketEncoder> => {
  const ffmpeg = await loadFfmpeg()
  const encoder = new ffmpeg.CodecContext()
  const layout = {nbChannels: 2, order: ffmpeg.AV_CHANNEL_ORDER_NATIVE, mask: 3n}
  const format = ffmpeg.AV_SAMPLE_FMT_FLT
  const timeBase = new ffmpeg.Rational(1, opusPacketRate)
  try {
    const codec = ffmpeg.Codec.findEncoderByName('libopus' as Parameters<typeof ffmpeg.Codec.findEncoderByName>[0])
    encoder.allocContext3(codec)
    encoder.sampleRate = opusPacketRate
    encoder.sampleFormat = format
    encoder.channelLayout = layout
    encoder.bitRate = BigInt(bitrate)
    encoder.timeBase = timeBase
    // Some packets get lost: what stood in one is told once more in the next, at a lower rate.
    using options = ffmpeg.Dictionary.fromObject({
      ...{application: 'voip', frame_duration: `${opusPacketMs}`, fec: '1', packet_loss: '5'},
    })
    expectOk(ffmpeg, await encoder.open2(codec, options), 'to open the encoder libopus')
  } catch (error) {
    encoder.freeContext()
    throw error
  }
  let framer = new Framer(frameSamples)
  let samples = 0
  const packet = new ffmpeg.Packet()
  packet.alloc()
  const encode = (pcm: Float32Array): Buffer[] => {
    const both = new Float32Array(frameSamples * 2)
    for (const [i, sample] of pcm.entries()) both[2 * i] = both[2 * i + 1] = sample
    using frame = ffmpeg.Frame.fromAudioBuffer(Buffer.from(both.buffer), {
      ...{nbSamples: frameSamples, format, sampleRate: opusPacketRate, channelLayout: layout, timeBase},
      pts: BigInt(samples),
    })
    samples += frameSamples
    expectOk(ffmpeg, encoder.sendFrameSync(frame), 'to encode')
    const packets: Buffer[] = []
    while (encoder.receivePacketSync(packet) >= 0) {
      packets.push(Buffer.from(packet.data ?? []))
      packet.unref()
    }
    return packets
  }
  return {
    push: pcm => [...framer.push(pcm)].flatMap(encode),
    flush() {
      const rest = [...framer.flush()].flatMap(encode)
      framer = new Framer(frameSamples)
      return rest
    },
    close() {
      encoder.freeContext()
      packet.free()
    },
  }
}
