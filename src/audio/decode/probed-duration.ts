import {loadFfmpeg} from '../ffmpeg.ts'
import {openContainer} from './container.ts'
import {openInput} from './input.ts'

/**
 * How long a file says it is, in ms; undefined where it does not say, or cannot be read. A claim, for a progress line:
 * what is decoded counts.
 */
export const probedDuration = async (path: string): Promise<number | undefined> => {
  try {
    await using input = await openInput({path})
    await using container = await openContainer(await loadFfmpeg(), input)
    // In microseconds; a negative number stands for "not known".
    const ms = Number(container.format.duration) / 1000
    return ms > 0 ? ms : undefined
  } catch {
    return
  }
}
