import {setTimeout as delay} from 'node:timers/promises'
import {toPcm16} from '../../audio/pcm.ts'
import {findSoundProgram, type SoundPrograms, startSoundProgram} from './sound-program.ts'

/** Each plays raw mono 16-bit PCM as it comes, and keeps at most a tenth of a second of it: what it keeps cannot be taken back. */
const players: SoundPrograms = {
  pacat: rate => ['--playback', '--raw', '--format=s16le', '--channels=1', `--rate=${rate}`, '--latency-msec=60'],
  'pw-play': rate => ['--format', 's16', '--channels', '1', '--rate', `${rate}`, '--latency', '60ms', '-'],
  aplay: rate => ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', `${rate}`, '-B', '80000', '-F', '20000'],
  play: rate => [
    ...['-q', '--buffer', '2048', '-t', 'raw', '-e', 'signed-integer', '-b', '16', '-c', '1'],
    ...['-r', `${rate}`, '-'],
  ],
}

/** ms until a program has opened the device: what it is given earlier would wait, and with it all that follows. */
const openingMs = 400

export interface LivePlayer {
  /** The program that plays. */
  readonly program: string
  /** Rejects with PROGRAM_FAILED when the program ends by itself: no speakers, or they are gone. */
  readonly failed: Promise<never>
  /** Plays now: mono, −1..1. Silence is to be given as well, so that the sound stays on time. */
  play(pcm: Float32Array): void
  close(): void
}

/**
 * Opens the machine's speakers for sound that is made while it is heard.
 * @param rate Hz
 * @throws PROGRAM_MISSING
 */
export const openLivePlayer = async (rate: number): Promise<LivePlayer> => {
  const {name, child, ended, stop} = await startSoundProgram(players, rate, 'plays sound', {
    stdin: 'pipe',
    stdout: 'ignore',
  })
  // A program that ends early says why by how it ends, not by its pipe.
  child.stdin?.on('error', () => {})
  const failed = ended.then(() => new Promise<never>(() => {}))
  failed.catch(() => {})
  await Promise.race([delay(openingMs), failed])
  return {
    program: name,
    failed,
    play: pcm => void child.stdin?.write(toPcm16(pcm)),
    close: stop,
  }
}

/** Asks, before anything slow is done, whether there is a program that plays. @throws PROGRAM_MISSING */
export const mustPlay = async (): Promise<void> => {
  await findSoundProgram(players, 'plays sound')
}
