import {type Kept, newKept} from './mind/kept.ts'
import type {Engines, OpenOptions} from './open.ts'
import {heldAssistant, heldEmbedder, heldModel, heldRecognizer, heldSynthesizer, Replaceable} from './replaceable.ts'

export interface ReopenableEngines extends Engines {
  /**
   * Opens them anew, for more may be installed by now, and puts them in the place of what runs: turns that run end on what they began
   * with, and conversations go on. Where they cannot be opened all stays as it is.
   * @throws what `open` throws
   */
  reopen(signal: AbortSignal | undefined): Promise<void>
}

/** Engines for a channel that outlives them. @param open as `openEngines` @throws what `open` throws */
export const openReopenable = async <O extends Pick<OpenOptions, 'signal'>>(
  open: (options: O & {kept: Kept}) => Promise<Engines>,
  options: O,
): Promise<ReopenableEngines> => {
  const kept = newKept()
  const engines = await open({...options, kept}).catch(async error => {
    await kept.close()
    throw error
  })
  const held = new Replaceable(engines)
  return {
    stt: heldRecognizer(held, ({stt}) => stt),
    assistant: heldAssistant(held, ({assistant}) => assistant),
    tts: heldSynthesizer(held, ({tts}) => tts),
    get model() {
      return held.current.model && heldModel(held, ({model}) => model)
    },
    get embedder() {
      return held.current.embedder && heldEmbedder(held, ({embedder}) => embedder)
    },
    get lines() {
      return held.current.lines
    },
    get notices() {
      return held.current.notices
    },
    get check() {
      return held.current.check
    },
    async reopen(signal) {
      held.replace(await open({...options, kept, signal}))
    },
    async close() {
      await held.close()
      await kept.close()
    },
  }
}
