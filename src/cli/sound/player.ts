import {once} from 'node:events'
import {resampledStream} from '../../audio/encode/resampled-stream.ts'
import {type PcmChunk, toPcm16} from '../../audio/pcm.ts'
import {throwIfCancelled} from '../../kit/errors.ts'
import {type SoundProgram, type SoundPrograms, startSoundProgram} from './sound-program.ts'

/** Each plays raw mono 16-bit PCM from its standard input. The sound server's own first: it knows which speakers are meant. */
const players: SoundPrograms = {
  paplay: rate => ['--raw', '--format=s16le', '--channels=1', `--rate=${rate}`],
  'pw-play': rate => ['--format', 's16', '--channels', '1', '--rate', `${rate}`, '-'],
  aplay: rate => ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', `${rate}`],
  play: rate => ['-q', '-t', 'raw', '-e', 'signed-integer', '-b', '16', '-c', '1', '-r', `${rate}`, '-'],
  ffplay: rate => ['-nodisp', '-autoexit', '-loglevel', 'error', '-f', 's16le', '-ar', `${rate}`, '-i', 'pipe:0'],
}

/**
 * Plays sound through the machine's speakers as it comes, and hands each chunk on; ends when the last of it was played.
 * @throws PROGRAM_MISSING, PROGRAM_FAILED (no sound device), CANCELLED, and what the chunks' source throws
 */
export async function* playAlong(chunks: AsyncIterable<PcmChunk>, signal?: AbortSignal): AsyncGenerator<PcmChunk> {
  let player: SoundProgram | undefined
  const stop = (): void => player?.stop()
  signal?.addEventListener('abort', stop, {once: true})
  try {
    for await (const chunk of resampledStream(chunks, rate => rate, signal)) {
      player ??= await startPlayer(chunk.sampleRate)
      await feed(player, toPcm16(chunk.pcm))
      yield chunk
    }
    player?.child.stdin?.end()
    await player?.ended
    throwIfCancelled(signal)
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
  }
}

const startPlayer = async (rate: number): Promise<SoundProgram> => {
  const player = await startSoundProgram(players, rate, 'plays sound', {stdin: 'pipe', stdout: 'ignore'})
  // A program that ends early says why by how it ends, not by its pipe.
  player.child.stdin?.on('error', () => {})
  return player
}

/** Gives it sound; waits while it has enough, so that no more is made than is heard. */
const feed = async ({child, ended}: SoundProgram, bytes: Uint8Array): Promise<void> => {
  const {stdin} = child
  if (child.exitCode !== null || child.signalCode !== null || !stdin?.writable) return ended
  if (stdin.write(bytes)) return
  const drained = new AbortController()
  try {
    // What its pipe says when it is gone is not why.
    const drain = once(stdin, 'drain', {signal: drained.signal}).catch(() => ended)
    await Promise.race([drain, ended])
  } finally {
    drained.abort()
  }
}
