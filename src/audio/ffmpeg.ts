import {EssenceError} from '../kit/errors.ts'

type Lib = typeof import('node-av/lib')
type Constants = typeof import('node-av/constants')
export type Ffmpeg = Lib & Constants

let loaded: Promise<Ffmpeg> | undefined

/**
 * FFmpeg, in this process. Loaded at first use: the native library is large, and most commands never need it.
 * Its log is off, as it would write to stderr from its own threads; errors carry FFmpeg's codes instead.
 * @throws ENGINE_UNAVAILABLE when this machine has no build of it
 */
export const loadFfmpeg = (): Promise<Ffmpeg> => {
  loaded ??= load()
  return loaded
}

const load = async (): Promise<Ffmpeg> => {
  try {
    const [lib, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')])
    lib.Log.setLevel(constants.AV_LOG_QUIET)
    return {...lib, ...constants}
  } catch (cause) {
    throw new EssenceError(
      'ENGINE_UNAVAILABLE',
      `FFmpeg (node-av) does not load on ${process.platform}-${process.arch}.`,
      {
        suggestions: ['Install the dependencies again, in the checkout: sh bin/setup.sh install'],
        cause,
      },
    )
  }
}

/** Throws what FFmpeg's return code says, when it says an error: for calls that fail only by a bug of ours or lack of memory. */
export const expectOk = (ffmpeg: Ffmpeg, code: number, doing: string): void => {
  if (code < 0)
    throw new EssenceError('ENGINE_FAILED', `FFmpeg failed ${doing}.`, {cause: new ffmpeg.FFmpegError(code)})
}
