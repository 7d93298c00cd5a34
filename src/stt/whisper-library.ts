import {createRequire} from 'node:module'
import {setImmediate as turnOfTheLoop} from 'node:timers/promises'
import {EssenceError, messageOf, systemCodeOf} from '../kit/errors.ts'
import type {NativeContext, NativeOptions, NativeResult, NativeWhisper} from './whisper-native.ts'

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
  readonly #native: NativeWhisper
  readonly #failures = new Set<(line: string) => void>()
  #contexts = 0
  #loadLog: string[] = []
  #loadErrors: string[] = []
  #loading: Promise<unknown> = Promise.resolve()

  constructor(native: NativeWhisper) {
    this.#native = native
  }

  /**
   * Loads a model. The native part blocks the event loop while it reads the file.
   * @throws ENGINE_FAILED
   */
  load(modelPath: string, useGpu: boolean): Promise<LoadedModel> {
    // One at a time, because the lines of the log do not say which model they are about.
    const loaded = this.#loading.then(() => this.#load(modelPath, useGpu))
    this.#loading = loaded.catch(() => {})
    return loaded
  }

  async #load(modelPath: string, useGpu: boolean): Promise<LoadedModel> {
    this.#loadLog = []
    this.#loadErrors = []
    this.#countContexts(1)
    try {
      const context = new this.#native({filePath: modelPath, useGpu, useFlashAttn: useGpu})
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
   * Recognises up to a window of audio. It cannot be stopped: `stop` of whisper.node 1.1.3 lets Whisper run on to the
   * end, and its promise never settles then.
   * @param pcm 16 bit, mono, 16 kHz
   * @throws ENGINE_FAILED
   */
  async run(context: NativeContext, pcm: ArrayBuffer, options: NativeOptions): Promise<NativeResult> {
    const failed = Promise.withResolvers<never>()
    const fail = (line: string): void => failed.reject(new EssenceError('ENGINE_FAILED', `whisper.cpp failed: ${line}`))
    this.#failures.add(fail)
    try {
      return await Promise.race([context.transcribeData(pcm, options).promise, failed.promise])
    } finally {
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
      this.#native.toggleNativeLog(true, (level, text) => this.#onLine(level, text.trim()))
    if (this.#contexts === 0) this.#native.toggleNativeLog(false)
  }

  #onLine(level: string, line: string): void {
    if (this.#loadLog.length < logLines) this.#loadLog.push(line)
    if (level !== 'error') return
    if (this.#loadErrors.length < logLines) this.#loadErrors.push(line)
    // Every error of this function makes it return without a result; those of others it gets over. Whose run it was is
    // not said: with two models at work, both recognitions fail.
    if (line.startsWith('whisper_full_with_state:')) for (const fail of this.#failures) fail(line)
  }

  /** Lines come through the event loop: the second turn begins after all that were written before the first. */
  async #linesArrived(): Promise<void> {
    await turnOfTheLoop()
    await turnOfTheLoop()
  }
}

/** A native library is loaded once per process, whatever we do; its log goes to the one who asked last. */
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
    const native: {WhisperContext: NativeWhisper} = createRequire(import.meta.resolve('@fugood/whisper.node'))(name)
    const library = new WhisperLibrary(native.WhisperContext)
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
