import {loadFfmpeg} from '../ffmpeg.ts'
import {clampSamples} from '../pcm.ts'
import {monoLayout, Resampler} from '../resample.ts'
import {openOpus, opusRate} from './live-opus.ts'

/** Decodes Opus packets that stand in no container, one by one, as they come over a network. */
export interface OpusPacketDecoder {
  /**
   * At once, on the event loop: some 0.2 ms for a packet of 20 ms.
   * @returns mono, −1..1; what the filter holds back comes with the next packet. Undefined: the packet is damaged
   */
  decode(packet: Uint8Array): Float32Array | undefined
  close(): void
}

/** @param sampleRate Hz of what comes out @throws ENGINE_UNAVAILABLE, ENGINE_FAILED */
export const openOpusPacketDecoder = async (sampleRate: number): Promise<OpusPacketDecoder> => {
  const ffmpeg = await loadFfmpeg()
  const decoder = await openOpus(ffmpeg, monoHead(), 'The stream')
  const shape = {sampleRate: opusRate, sampleFormat: ffmpeg.AV_SAMPLE_FMT_FLTP, layout: monoLayout(ffmpeg)}
  const resampler = new Resampler(ffmpeg, shape, sampleRate)
  const packet = new ffmpeg.Packet()
  const frame = new ffmpeg.Frame()
  packet.alloc()
  frame.alloc()
  return {
    decode(data) {
      packet.data = Buffer.from(data)
      const isSent = decoder.sendPacketSync(packet) >= 0
      packet.unref()
      if (!isSent || decoder.receiveFrameSync(frame) < 0) return undefined
      const [plane] = frame.extendedData ?? []
      const sound = plane && resampler.pushShort(new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples))
      frame.unref()
      return sound && clampSamples(sound)
    },
    close() {
      resampler[Symbol.dispose]()
      decoder.freeContext()
      packet.free()
      frame.free()
    },
  }
}

/** Of one channel: what comes in two is mixed by the decoder. Nothing is left out at the beginning. */
const monoHead = (): Buffer => {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 'latin1')
  head[8] = 1
  head[9] = 1
  head.writeUInt32LE(opusRate, 12)
  return head
}
