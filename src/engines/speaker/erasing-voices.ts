import type {Memory} from '../../memory/port.ts'
import {openVoiceprints, type VoiceprintSettings} from './voiceprints.ts'

/** The same memory; with all that is remembered of a person it also erases how they sound. */
export const erasingVoices = <M extends Pick<Memory, 'eraseAll'>>(memory: M, settings: VoiceprintSettings): M => ({
  ...memory,
  async eraseAll(speaker: string) {
    await memory.eraseAll(speaker)
    await openVoiceprints(settings).remove(speaker)
  },
})
