import {createRequire} from 'node:module'
import {setImmediate as yieldToEventLoop} from 'node:timers/promises'
import {EssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'
import type {Family, NativeContext, NativeModule, NativeOptions, NativeResult} from './native.ts'

export type Variant = 'cuda' | 'vulkan' | 'default'

/** A load writes about 40; later lines of runs are not kept. */
const logLines = 200

/** A model in memory, and what whisper.cpp logged while it was loaded. */
export interface LoadedModel {
  context: NativeContext
  log: string[]
}

/**
 * One native build of whisper.cpp, loaded from its own package: the loader of whisper.node would take the CPU build in
 * silence where another cannot be loaded. Its log is needed for two things it says nowhere else: which device it uses,
 * and that a run has failed (whisper.node 1.1.3 then never settles its promise).
 */
export class WhisperLibrary {
  readonly #native: NativeModule
  readonly #failures = new Set<(line: string) => void>()
  #contexts = 0
  #loadLog: string[] = []
  #loadErrors: string[] = []
  #loading: Promise<unknown> = Promise.resolve()

  constructor(native: NativeModule) {
    this.#native = native
  }

  /**
   * Loads a model. The native part blocks the event loop while it reads the file.
   * @throws ENGINE_FAILED, ENGINE_UNAVAILABLE (the build does not know such models)
   */
  load(modelPath: string, useGpu: boolean, family: Family = 'whisper'): Promise<LoadedModel> {
    // One at a time, because the lines of the log do not say which model they are about.
    const loaded = this.#loading.then(() => this.#load(modelPath, useGpu, family))
    this.#loading = loaded.catch(() => {})
    return loaded
  }

  async #load(modelPath: string, useGpu: boolean, family: Family): Promise<LoadedModel> {
    const {WhisperContext, ParakeetContext} = this.#native
    if (family === 'parakeet' && !ParakeetContext)
      throw new EssenceError('ENGINE_UNAVAILABLE', 'this build of whisper.node does not know Parakeet')
    this.#loadLog = []
    this.#loadErrors = []
    this.#countContexts(1)
    try {
      const context =
        family === 'parakeet' && ParakeetContext
          ? new ParakeetContext({filePath: modelPath, useGpu})
          : new WhisperContext({filePath: modelPath, useGpu, useFlashAttn: useGpu})
      await this.#linesArrived()
      return {context, log: this.#loadLog}
    } catch (cause) {
      await this.#linesArrived()
      this.#countContexts(-1)
      const reason = this.#loadErrors.join('; ') || messageOf(cause)
      throw new EssenceError('ENGINE_FAILED', `whisper.cpp could not load ${modelPath}: ${reason}`, {
        cause,
      })
    }
  }

  /**
   * Recognises up to a window of audio.
   * @param pcm 16 bit, mono, 16 kHz
   * @param stop aborting it stops a Parakeet model, whose result is then of no use. Never given to Whisper: `stop` of
   * whisper.node 1.1.3 lets it run on to the end, and its promise never settles then.
   * @throws ENGINE_FAILED
   */
  async run(
    context: NativeContext,
    pcm: ArrayBuffer,
    options: NativeOptions,
    stop?: AbortSignal,
  ): Promise<NativeResult> {
    const failed = Promise.withResolvers<never>()
    const fail = (line: string): void => failed.reject(new EssenceError('ENGINE_FAILED', `whisper.cpp failed: ${line}`))
    this.#failures.add(fail)
    const job = context.transcribeData(pcm, options)
    const onStop = (): void => {
      // Stopped in the middle it logs that it failed, but settles.
      this.#failures.delete(fail)
      job.stop()
    }
    stop?.addEventListener('abort', onStop, {once: true})
    try {
      const result = await Promise.race([job.promise, failed.promise])
      // What it logged about its end must not be taken for a failure of the next.
      if (stop?.aborted) await this.#linesArrived()
      return result
    } finally {
      stop?.removeEventListener('abort', onStop)
      this.#failures.delete(fail)
    }
  }

  /** Frees a model. Nothing may run on it. */
  async release(context: NativeContext): Promise<void> {
    await context.release()
    this.#countContexts(-1)
  }

  /** Without a listener whisper.cpp writes its log to stderr; with one, the process cannot end by itself. */
  #countContexts(change: 1 | -1): void {
    this.#contexts += change
    if (this.#contexts === 1 && change === 1)
      this.#native.WhisperContext.toggleNativeLog(true, (level, text) => this.#onLine(level, text.trim()))
    if (this.#contexts === 0) this.#native.WhisperContext.toggleNativeLog(false)
  }

  #onLine(level: string, line: string): void {
    if (this.#loadLog.length < logLines) this.#loadLog.push(line)
    if (level !== 'error') return
    if (this.#loadErrors.length < logLines) this.#loadErrors.push(line)
    // Every error of these functions makes them return without a result; those of others they get over. Whose run it was is
    // not said: with two models at work, both recognitions fail.
    if (/^(whisper_full_with_state|parakeet_full_with_state|parakeet_chunk):/.test(line))
      for (const fail of this.#failures) fail(line)
  }

  /** Lines come through the event loop: its second iteration begins after all that were written before the first. */
  async #linesArrived(): Promise<void> {
    await yieldToEventLoop()
    await yieldToEventLoop()
  }
}

/** A native library is loaded once per process, whatever we do; its log goes to the last listener. */
const libraries = new Map<Variant, WhisperLibrary>()

/**
 * The build for a kind of device.
 * @throws ENGINE_UNAVAILABLE, with the reason as its message
 */
export const openLibrary = (variant: Variant): WhisperLibrary => {
  const known = libraries.get(variant)
  if (known) return known
  const name = `@fugood/node-whisper-${process.platform}-${process.arch}${variant === 'default' ? '' : `-${variant}`}`
  try {
    const native: NativeModule = createRequire(import.meta.resolve('@fugood/whisper.node'))(name)
    const library = new WhisperLibrary(native)
    libraries.set(variant, library)
    return library
  } catch (cause) {
    throw new EssenceError('ENGINE_UNAVAILABLE', loadFailure(name, cause), {cause})
  }
}

const loadFailure = (name: string, error: unknown): string => {
  if (systemCodeOf(error) === 'MODULE_NOT_FOUND') return `${name} is not installed`
  const [line = ''] = messageOf(error).split('\n')
  const [, missing] = /^(\S+): cannot open shared object file/.exec(line) ?? []
  return missing ? `${missing} cannot be loaded` : line
}
