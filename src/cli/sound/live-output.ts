import {encodeForFile, formatOf} from '../../audio/encode/sound-file.ts'
import type {PcmChunk} from '../../audio/pcm.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {writeOutput} from '../write-output.ts'
import {openLivePlayer} from './live-player.ts'

export interface LiveOutput {
  /** What people call it. */
  readonly name: string
  /** Rejects when nothing can be played or written any more. */
  readonly failed: Promise<never>
  /** What is heard now, silence too: mono, −1..1. */
  play(pcm: Float32Array): void
  close(): Promise<void>
}

/**
 * Opens the speakers, or a file that is written in their place once all is over.
 * @param rate Hz of what is played
 * @throws USAGE (a name that says no format), PROGRAM_MISSING; `close` what `writeOutput` and `encodeForFile` throw
 */
export const openLiveOutput = async (rate: number, file: string | undefined): Promise<LiveOutput> => {
  if (file === undefined) {
    const {program, failed, play, close} = await openLivePlayer(rate)
    return {name: `speakers (${program})`, failed, play, close: async () => close()}
  }
  const sound = new Channel<PcmChunk>(Number.POSITIVE_INFINITY)
  const format = formatOf(file)
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {})
  let written: Promise<number> | undefined
  return {
    name: file,
    failed: failure.promise,
    play(pcm) {
      // Where nothing was to be heard no file is written.
      if (!written) {
        written = writeOutput(file, encodeForFile(sound, format))
        written.catch(failure.reject)
      }
      void sound.push({pcm, sampleRate: rate})
    },
    async close() {
      sound.end()
      await written
    },
  }
}
