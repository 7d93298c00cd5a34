import type {Settings} from '../config/schema.ts'
import type {Memory} from '../memory/port.ts'
import {voiceprintFile} from '../speaker/voiceprint-file.ts'

/** The same memory; with all that is remembered of a person it also erases how they sound, on this machine. */
export const erasingVoices = <M extends Pick<Memory, 'eraseAll'>>(memory: M, {JUNE_DATA_DIR}: Settings): M => ({
  ...memory,
  async eraseAll(speaker: string) {
    await memory.eraseAll(speaker)
    await voiceprintFile(JUNE_DATA_DIR).remove(speaker)
  },
})
