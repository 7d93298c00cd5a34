import type {FormatContext, IOContext} from 'node-av/lib'
import {EssenceError} from '../kit/errors.ts'
import type {Ffmpeg} from './ffmpeg.ts'
import type {AudioInput} from './input.ts'

/**
 * The containers that are read. None of them can refer to another file: playlists (HLS, DASH, concat), SDP and scripts
 * are left out, and FFmpeg can open nothing by name in any case (see `openContainer`).
 */
const demuxers = [
  'aac',
  'aiff',
  'amr',
  'au',
  'caf',
  'flac',
  'matroska',
  'webm',
  'mov',
  'mp4',
  'mp3',
  'ogg',
  'w64',
  'wav',
]

const readBytes = 64 * 1024

/** An open container: FFmpeg's demuxer over an input, which the caller keeps open for as long. */
export interface Container extends AsyncDisposable {
  readonly format: FormatContext
}

/**
 * Recognises the container by its content and reads its header. FFmpeg gets the open file or the bytes, never a name,
 * and `protocol_whitelist` leaves it no way to open anything else.
 * @throws AUDIO_UNREADABLE
 */
export const openContainer = async (ffmpeg: Ffmpeg, input: AudioInput): Promise<Container> => {
  const format = new ffmpeg.FormatContext()
  format.allocContext()
  const io = 'bytes' in input.content ? memoryReader(ffmpeg, input.content.bytes) : undefined
  const close = async (): Promise<void> => {
    format.pb = null
    await format.closeInput()
    io?.freeContext()
  }
  if (io) format.pb = io
  const file =
    'file' in input.content ? {fd: input.content.file.fd, protocol_whitelist: 'fd'} : {protocol_whitelist: 'none'}
  const options = ffmpeg.Dictionary.fromObject({...file, format_whitelist: demuxers.join(',')})
  try {
    const code = await format.openInput(io ? '' : 'fd:', null, options)
    if (code < 0) throw unreadable(ffmpeg, input, code)
    return {format, [Symbol.asyncDispose]: close}
  } catch (error) {
    await close()
    throw error
  } finally {
    options.free()
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

const memoryReader = (ffmpeg: Ffmpeg, bytes: Uint8Array): IOContext => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let position = 0
  const io = new ffmpeg.IOContext()
  io.allocContextWithCallbacks(
    readBytes,
    0,
    size => {
      if (position >= buffer.length) return ffmpeg.AVERROR_EOF
      const piece = buffer.subarray(position, position + size)
      position += piece.length
      return piece
    },
    null,
    (offset, whence) => {
      if (whence === ffmpeg.AVSEEK_SIZE) return BigInt(buffer.length)
      const base = whence === ffmpeg.AVSEEK_CUR ? position : whence === ffmpeg.AVSEEK_END ? buffer.length : 0
      const target = base + Number(offset)
      if (target < 0) return ffmpeg.AVERROR_EINVAL
      position = target
      return BigInt(target)
    },
  )
  return io
}
