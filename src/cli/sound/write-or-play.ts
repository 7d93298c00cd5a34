import {fstatSync} from 'node:fs'
import {setImmediate} from 'node:timers/promises'
import {encodeAudio} from '../../audio/encode/encode.ts'
import {checkRate} from '../../audio/encode/encoded-rates.ts'
import {resampledStream} from '../../audio/encode/resampled-stream.ts'
import {encodeForFile, formatOf} from '../../audio/encode/sound-file.ts'
import {type PcmChunk, toPcm16} from '../../audio/pcm.ts'
import {EssenceError} from '../../kit/errors.ts'
import {toStdout, writeOutput} from '../write-output.ts'
import {playAlong} from './player.ts'

/** What sound is written as. `pcm`: 16-bit little-endian samples without a header. */
export const soundFormats = ['ogg', 'mp3', 'wav', 'pcm'] as const
export type SoundFormat = (typeof soundFormats)[number]

export interface SoundOutputOptions {
  /** A file, or `-` for standard output. */
  output?: string | undefined
  /** Default: as the file's name says; `ogg` for standard output. */
  format?: SoundFormat | undefined
  /** Hz of what is written and played. Default: the sound's own. */
  sampleRate?: number | undefined
  /** Through the speakers, while it is made. */
  play: boolean
  signal?: AbortSignal | undefined
}

export interface SoundOutput {
  /** Where sound goes, checked before any is made. */
  format: SoundFormat | undefined
  write(chunks: AsyncIterable<PcmChunk>): Promise<WrittenSound>
}

export interface WrittenSound {
  /** Written; 0 where it was only played. */
  bytes: number
  audioMs: number
  /** ms until the first of the sound was there. */
  firstMs: number
}

/**
 * Prepares to write sound to a file or to standard output as it is made, to play it, or both.
 * @throws USAGE (a format that is not known, a sample rate for Opus, which has its own, or one that MP3 has not). `write`:
 * AUDIO_EMPTY, OUTPUT_UNWRITABLE, DISK_FULL, PROGRAM_MISSING, PROGRAM_FAILED (player), CANCELLED, and what the chunks' source throws
 */
export const soundOutput = (options: SoundOutputOptions): SoundOutput => {
  const {output, sampleRate, play, signal} = options
  const format = output === undefined ? undefined : (options.format ?? formatFor(output))
  if (format === 'ogg' && sampleRate !== undefined) {
    throw new EssenceError('USAGE', 'A sample rate was given, but Opus in OGG always has 48000 Hz.', {
      suggestions: ['Leave the rate out, or write wav, mp3 or pcm.'],
    })
  }
  if (format === 'mp3' && sampleRate !== undefined) checkRate(format, sampleRate)
  if (output === '-' && process.stdout.isTTY) {
    throw new EssenceError('USAGE', 'Standard output is a terminal; sound cannot be shown there.', {
      suggestions: ['Pipe it on, or write a file with -o; to hear it: --play'],
    })
  }
  const bytesOf = (sound: AsyncIterable<PcmChunk>): AsyncIterable<Uint8Array> => {
    if (format === 'pcm') return samplesOf(sound)
    // A reader of a pipe gets its WAV at once, with a header that leaves the length open; a file gets one that says it.
    return (output === '-' && !fstatSync(process.stdout.fd).isFile() ? encodeAudio : encodeForFile)(
      sound,
      format ?? 'ogg',
      {signal},
    )
  }
  const write = async (chunks: AsyncIterable<PcmChunk>): Promise<WrittenSound> => {
    const started = performance.now()
    let audioMs = 0
    let firstMs: number | undefined
    async function* counted(): AsyncGenerator<PcmChunk> {
      for await (const chunk of sampleRate === undefined ? chunks : resampledStream(chunks, () => sampleRate, signal)) {
        // Ctrl-C must work also where all of the work is done in this thread.
        await setImmediate()
        firstMs ??= Math.round(performance.now() - started)
        audioMs += (chunk.pcm.length / chunk.sampleRate) * 1000
        yield chunk
      }
    }
    const sound = play ? playAlong(counted(), signal) : counted()
    const bytes = await written(output, sound, bytesOf)
    return {bytes, audioMs: Math.round(audioMs), firstMs: firstMs ?? 0}
  }
  return {format, write}
}

const formatFor = (output: string): SoundFormat =>
  output === '-' ? 'ogg' : /\.(pcm|raw)$/i.test(output) ? 'pcm' : formatOf(output)

const written = async (
  output: string | undefined,
  sound: AsyncIterable<PcmChunk>,
  bytesOf: (sound: AsyncIterable<PcmChunk>) => AsyncIterable<Uint8Array>,
): Promise<number> => {
  if (output === undefined) {
    for await (const _ of sound);
    return 0
  }
  if (output !== '-') return writeOutput(output, bytesOf(sound))
  let bytes = 0
  for await (const chunk of bytesOf(sound)) {
    bytes += chunk.length
    await toStdout(chunk)
  }
  return bytes
}

async function* samplesOf(sound: AsyncIterable<PcmChunk>): AsyncGenerator<Uint8Array> {
  for await (const {pcm} of resampledStream(sound, rate => rate)) yield toPcm16(pcm)
}
