import type {Codec, CodecContext, Frame, Packet, Stream} from 'node-av/lib'
import {EssenceError} from '../../kit/errors.ts'
import type {Ffmpeg} from '../ffmpeg.ts'
import type {Container} from './container.ts'
import type {AudioInput} from './input.ts'

/** The codecs that are decoded, by FFmpeg's names; `pcm_*` as well. FFmpeg has hundreds more that nobody sends. */
const decoders = new Set([
  ...['opus', 'libopus', 'vorbis', 'speex', 'flac', 'alac', 'mp3', 'mp3float', 'mp2', 'mp2float', 'aac', 'ac3', 'eac3'],
  ...[
    'wmav1',
    'wmav2',
    'wmapro',
    'wmavoice',
    'dca',
    'wavpack',
    'ape',
    'tta',
    'aac_latm',
    'nellymoser',
    'mp1',
    'mp1float',
  ],
  ...[
    'amrnb',
    'amrwb',
    'libopencore_amrnb',
    'libopencore_amrwb',
    'gsm',
    'gsm_ms',
    'adpcm_ms',
    'adpcm_ima_wav',
    'adpcm_swf',
  ],
])

/** A packet larger than this, in bytes, is decoded off the event loop. */
const smallPacket = 16 * 1024

/** No codec needs packets near this size: half a minute of 8-channel PCM. */
const largestPacket = 32 * 1024 ** 2

/**
 * A file of packets that hold next to nothing keeps a core busy for hours. The shortest packets in use (Vorbis' short
 * blocks, Opus at 2.5 ms) hold more than this many ms each; judged when so many packets have been read.
 */
const leastPacketMs = 0.5
const judgedAfter = 10_000

/** What messages call the sound. */
type Named = Pick<AudioInput, 'name'>

/** Sums up what was met, to tell silence from damage. */
export interface TrackCounts {
  packets: number
  damaged: number
  /** What was decoded, in ms. */
  ms: number
}

/**
 * The decoded frames of the container's sound, in order. A frame is valid until the next one is asked for.
 * Damaged packets are skipped, and reading ends at the first place that cannot be read: what is good is heard.
 * @throws AUDIO_UNREADABLE (a codec that is not decoded)
 */
export async function* decodeTrack(
  ffmpeg: Ffmpeg,
  container: Container,
  stream: Stream,
  input: Named,
  counts: TrackCounts,
): AsyncGenerator<Frame> {
  const {index} = stream
  for (const other of container.format.streams) if (other.index !== index) other.discard = ffmpeg.AVDISCARD_ALL
  using decoder = await openDecoder(ffmpeg, stream, input)
  using packet = new ffmpeg.Packet()
  using frame = new ffmpeg.Frame()
  packet.alloc()
  frame.alloc()
  for (;;) {
    const ended = (await container.format.readFrame(packet)) < 0
    if (!ended && packet.streamIndex !== index) {
      packet.unref()
      continue
    }
    if (!ended) counts.packets++
    if ((await send(decoder, ended ? null : packet)) < 0 && !ended) counts.damaged++
    packet.unref()
    while (decoder.receiveFrameSync(frame) >= 0) {
      counts.ms += (1000 * frame.nbSamples) / Math.max(frame.sampleRate, 1)
      yield frame
      frame.unref()
    }
    if (ended) return
    if (counts.packets > judgedAfter && counts.ms < counts.packets * leastPacketMs) throw idle(input, counts)
  }
}

const idle = ({name}: Named, {packets, ms}: TrackCounts): EssenceError =>
  new EssenceError(
    'AUDIO_UNREADABLE',
    `${name} is no usable audio: ${packets} packets held ${Math.round(ms)} ms of sound.`,
  )

const send = (decoder: CodecContext, packet: Packet | null): number | Promise<number> => {
  if (packet && packet.size > largestPacket) return -1
  // An ordinary packet takes some 0.1 ms, less than the way to another thread and back.
  return packet && packet.size > smallPacket ? decoder.sendPacket(packet) : decoder.sendPacketSync(packet)
}

/** The tracks that hold sound, the one that is meant to be heard first. @throws AUDIO_UNREADABLE where there is none */
export const soundTracks = (ffmpeg: Ffmpeg, {format}: Container, {name}: Named): [Stream, ...Stream[]] => {
  const tracks = format.streams.filter(one => one.codecpar.codecType === ffmpeg.AVMEDIA_TYPE_AUDIO)
  const [first, ...others] = tracks.sort((a, b) => isDefault(ffmpeg, b) - isDefault(ffmpeg, a))
  if (!first) throw new EssenceError('AUDIO_UNREADABLE', `${name} has no sound in it.`)
  return [first, ...others]
}

const isDefault = (ffmpeg: Ffmpeg, {disposition}: Stream): number => Number(disposition & ffmpeg.AV_DISPOSITION_DEFAULT)

const openDecoder = async (ffmpeg: Ffmpeg, stream: Stream, input: Named): Promise<CodecContext> => {
  const {codecpar} = stream
  const codec = ffmpeg.Codec.findDecoder(codecpar.codecId)
  if (!codec || !isAccepted(codec)) {
    const found = codec?.name ?? ffmpeg.avGetCodecName(codecpar.codecId) ?? 'unknown'
    throw new EssenceError('AUDIO_UNREADABLE', `${input.name} is coded as "${found}", which is not decoded.`, {
      suggestions: ['Send OGG/Opus, MP3, M4A (AAC), WAV, FLAC or WebM.'],
    })
  }
  const decoder = new ffmpeg.CodecContext()
  try {
    decoder.allocContext3(codec)
    decoder.parametersToContext(codecpar)
    decoder.pktTimebase = stream.timeBase
    decoder.threadCount = 1
    const code = await decoder.open2(codec)
    if (code >= 0) return decoder
    const message = `${input.name} has a damaged or unusual ${codec.name} header.`
    throw new EssenceError('AUDIO_UNREADABLE', message, {cause: new ffmpeg.FFmpegError(code)})
  } catch (error) {
    decoder.freeContext()
    throw error
  }
}

const isAccepted = ({name}: Codec): boolean => name !== null && (decoders.has(name) || name.startsWith('pcm_'))
