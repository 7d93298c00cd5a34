import {join} from 'node:path'
import type {ModelStore} from '@essence/core/models/cache/store'
import type {Wanted} from '@essence/core/models/download/plan-model'

/** Bytes no compressor and no repetition explains: mulberry32. */
export const noise = (length: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(length)
  let state = seed >>> 0
  for (let at = 0; at < length; at++) {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    bytes[at] = (mixed ^ (mixed >>> 14)) & 255
  }
  return bytes
}

export const storeIn = (folder: string): ModelStore => ({
  root: join(folder, 'huggingface'),
  donors: [join(folder, 'transformers')],
  lockFile: join(folder, 'models.lock.json'),
})

export const wantedFile = (id = 'm', repo = 'org/model', path = 'model.bin'): Wanted => ({
  id,
  repo,
  revision: 'main',
  files: [{path, bytes: 1}],
})
