import type {FormatContext} from 'node-av/lib'
import {EssenceError} from '../../../kit/errors.ts'
import {type Ffmpeg, loadFfmpeg} from '../../ffmpeg.ts'
import {clampSamples} from '../../pcm.ts'
import {demuxers} from '../container.ts'
import {monoFrames} from '../mono.ts'
import {decodeTrack, soundTracks} from '../track.ts'

/** As small a buffer as keeps what is said now from waiting for what is said next. */
const bufferBytes = 2048

/**
 * Decodes a container while its bytes come.
 * @param want gives the next bytes, at most so many; none: the end
 * @throws AUDIO_UNREADABLE, ENGINE_UNAVAILABLE, and what `want` throws
 */
export async function* decodeStream(
  want: (maxBytes: number) => Promise<Uint8Array>,
  {name, sampleRate}: {name: string; sampleRate: number},
): AsyncGenerator<Float32Array> {
  const ffmpeg = await loadFfmpeg()
  let failure: unknown
  const read = (most: number): Promise<Buffer | number> =>
    want(most).then(
      taken => (taken.length > 0 ? Buffer.from(taken) : ffmpeg.AVERROR_EOF),
      (error: unknown) => {
        failure = error
        return ffmpeg.AVERROR_EXIT
      },
    )
  const format = new ffmpeg.FormatContext()
  const io = new ffmpeg.IOContext()
  try {
    if ((await open(ffmpeg, format, io, read)) < 0) throw failure ?? unreadable(name)
    const container = {format, [Symbol.asyncDispose]: async () => {}}
    const [track] = soundTracks(ffmpeg, container, {name})
    const counts = {packets: 0, damaged: 0, ms: 0}
    let heard = false
    for await (const pcm of monoFrames(ffmpeg, decodeTrack(ffmpeg, container, track, {name}, counts), sampleRate)) {
      heard ||= pcm.length > 0
      if (pcm.length > 0) yield clampSamples(pcm)
    }
    if (failure) throw failure
    if (!heard) throw unreadable(name)
  } finally {
    await format.closeInput()
    io.freeContext()
  }
}

const open = (
  ffmpeg: Ffmpeg,
  format: FormatContext,
  io: InstanceType<Ffmpeg['IOContext']>,
  read: (most: number) => Promise<Buffer | number>,
): Promise<number> => {
  io.allocContextWithCallbacks(bufferBytes, 0, read)
  format.allocContext()
  format.pb = io
  using options = ffmpeg.Dictionary.fromObject({protocol_whitelist: '', format_whitelist: demuxers.join(',')})
  return format.openInput('', null, options)
}

const unreadable = (name: string): EssenceError =>
  new EssenceError('AUDIO_UNREADABLE', `${name} is not audio that can be read as it comes.`, {
    suggestions: [
      'Send WAV, OGG/Opus, WebM, FLAC or MP3; an MP4 whose index is at its end must be there as a whole.',
      'For raw PCM (16 bit, little endian, mono) say its sample rate.',
    ],
  })
