import type {Readable} from 'node:stream'
import {findSoundProgram, type SoundPrograms, startSoundProgram} from './sound-program.ts'

/** Raw PCM that comes from the microphone: what a recogniser takes, so that nothing is resampled twice. */
export const microphoneRate = 16_000

/** Each gives raw mono 16-bit PCM on its standard output. The sound server's own first: it knows which microphone is meant. */
const recorders: SoundPrograms = {
  parec: rate => ['--raw', '--format=s16le', '--channels=1', `--rate=${rate}`, '--latency-msec=50'],
  arecord: rate => ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', `${rate}`],
  rec: rate => ['-q', '-t', 'raw', '-e', 'signed-integer', '-b', '16', '-c', '1', '-r', `${rate}`, '-'],
}

export interface Microphone extends AsyncIterable<Uint8Array> {
  /** The program that records. */
  readonly program: string
  /** No more sound: what was recorded is still given, then the iteration ends. */
  stop(): void
}

/**
 * Records from the machine's own microphone until it is stopped: raw PCM, mono, 16 bit, `microphoneRate` Hz.
 * @throws PROGRAM_MISSING; the iteration PROGRAM_FAILED (no microphone, no right to use it)
 */
export const openMicrophone = async (): Promise<Microphone> => {
  const recorder = await startSoundProgram(recorders, microphoneRate, 'records sound', {
    stdin: 'ignore',
    stdout: 'pipe',
  })
  const sound = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* recorder.child.stdout as Readable
      await recorder.ended
    } finally {
      recorder.stop()
    }
  }
  return {program: recorder.name, stop: recorder.stop, [Symbol.asyncIterator]: sound}
}

/** Asks, before anything slow is done, whether there is a program that records. @throws PROGRAM_MISSING */
export const mustRecord = async (): Promise<void> => {
  await findSoundProgram(recorders, 'records sound')
}
