import {create} from 'zustand'
import {persist} from 'zustand/middleware'
import {type Preferences, readPreferences} from './stored-preferences.ts'

export const usePreferences = create<Preferences>()(
  persist((): Preferences => ({reply: 'both', speed: 1, theme: 'system', talking: 'hands-free', volume: 1}), {
    name: 'preferences',
    version: 1,
    merge: (stored, current) => ({...current, ...readPreferences(stored)}),
  }),
)

export const preferences = (): Preferences => usePreferences.getState()
export const prefer = (change: Partial<Preferences>): void => void usePreferences.setState(change)
