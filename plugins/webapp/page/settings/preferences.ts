import {create} from 'zustand'
import {persist} from 'zustand/middleware'
import {readPreferences} from './stored-preferences.ts'

/** What a person has chosen in this browser. */
export interface Preferences {
  /** How June answers what is written; what is spoken she answers aloud. */
  reply: 'text' | 'voice' | 'both'
  /** Id of a voice; absent: the usual one. */
  voice?: string | undefined
  /** What is spoken, ISO 639-1; absent: what the gateway is set to. */
  language?: string | undefined
  /** How fast June speaks, 0.5 to 2. */
  speed: number
  theme: 'system' | 'light' | 'dark'
  /** What the page is read in; absent: as the browser is. */
  pageLanguage?: string | undefined
  /** Whether June listens all the time, or while a button is held. */
  talking: 'hands-free' | 'push-to-talk'
  /** Ids of `navigator.mediaDevices`; absent: the usual ones. */
  microphone?: string | undefined
  speaker?: string | undefined
  /** 0..1 */
  volume: number
}

export const usePreferences = create<Preferences>()(
  persist((): Preferences => ({reply: 'both', speed: 1, theme: 'system', talking: 'hands-free', volume: 1}), {
    name: 'preferences',
    version: 1,
    merge: (stored, current) => ({...current, ...readPreferences(stored)}),
  }),
)

export const preferences = (): Preferences => usePreferences.getState()
export const prefer = (change: Partial<Preferences>): void => void usePreferences.setState(change)
