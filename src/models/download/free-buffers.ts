import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

type Collect = (options: {type: 'minor'}) => void

/**
 * Bytes received between two collections. More than the chunks that are alive at any time (four parts, each gathering
 * one batch and writing another), so that none of them survives two collections: it would then count as old.
 */
const everyBytes = 10 * 1024 * 1024

let collect: Collect | undefined
let since = 0

/**
 * Tells that so many bytes of a transfer were written, and lets go of their buffers from time to time. They lie outside
 * the JavaScript heap, and V8 waits for about 100 MB of them before it collects; a collection of the young generation
 * takes about a millisecond.
 */
export const buffersWritten = (bytes: number): void => {
  since += bytes
  if (since < everyBytes) return
  since = 0
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as Collect
  }
  collect({type: 'minor'})
}
