import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/**
 * Bytes this process holds, those nobody needs any more collected: objects and buffers. The resident ones would tell of V8's
 * young generation and of the allocator, too, which keep what they had.
 */
export const bytesInUse = (): number => {
  collectGarbage()
  const {heapUsed, external} = process.memoryUsage()
  return heapUsed + external
}
