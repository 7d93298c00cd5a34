import {availableParallelism} from 'node:os'

/** CPU threads of an engine: ggml's spin while they wait for each other, and one on a core that is taken holds all the others up. */
export const defaultThreads = (cores = availableParallelism()): number => Math.max(1, Math.min(8, cores - 1))
