import type {FormatContext} from 'node-av/lib'
import {EssenceError} from '../../kit/errors.ts'
import type {Ffmpeg} from '../ffmpeg.ts'
import type {AudioInput} from './input.ts'

/**
 * The containers that are read. None of them can refer to another file: playlists (HLS, DASH, concat), SDP and scripts
 * are left out, and FFmpeg can open nothing by name in any case (see `openContainer`).
 */
export const demuxers = [
  ...['aac', 'ac3', 'aiff', 'amr', 'ape', 'asf', 'au', 'avi', 'caf', 'dts', 'eac3', 'flac', 'flv'],
  ...['matroska', 'webm', 'mov', 'mp4', 'mp3', 'mpeg', 'mpegts', 'ogg', 'tta', 'w64', 'wav', 'wv'],
]

/** An open container: FFmpeg's demuxer over an input, which the caller keeps open for as long. */
export interface Container extends AsyncDisposable {
  readonly format: FormatContext
}

/**
 * Recognises the container by its content and reads its header. FFmpeg gets the open file, never a name, and
 * `protocol_whitelist` leaves it no way to open anything else.
 * @throws AUDIO_UNREADABLE
 */
export const openContainer = async (ffmpeg: Ffmpeg, input: AudioInput): Promise<Container> => {
  const format = new ffmpeg.FormatContext()
  format.allocContext()
  using options = ffmpeg.Dictionary.fromObject({
    fd: input.file.fd,
    protocol_whitelist: 'fd',
    format_whitelist: demuxers.join(','),
  })
  try {
    const code = await format.openInput('fd:', null, options)
    if (code < 0) throw unreadable(ffmpeg, input, code)
    // Some containers (FLV, MPEG) have no header that names their tracks: they show while packets are read.
    if (!format.streams.some(({codecpar}) => codecpar.codecType === ffmpeg.AVMEDIA_TYPE_AUDIO)) {
      await format.findStreamInfo()
    }
    return {format, [Symbol.asyncDispose]: () => format.closeInput()}
  } catch (error) {
    await format.closeInput()
    throw error
  }
}

const unreadable = (ffmpeg: Ffmpeg, input: AudioInput, code: number): EssenceError =>
  new EssenceError('AUDIO_UNREADABLE', `${input.name} (${input.size} bytes) is not audio that can be read.`, {
    suggestions: [
      'Send OGG/Opus, MP3, M4A, WAV, FLAC, WebM or MP4.',
      'If it is one of these, the file is damaged or cut off.',
    ],
    cause: new ffmpeg.FFmpegError(code),
  })
