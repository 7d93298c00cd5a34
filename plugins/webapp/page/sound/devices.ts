import {useEffect, useState} from 'react'

/** A microphone or a speaker. */
export interface SoundDevice {
  id: string
  /** Empty until the person has allowed the microphone. */
  name: string
}

export interface SoundDevices {
  microphones: readonly SoundDevice[]
  speakers: readonly SoundDevice[]
  /** Else the browser does not say which there are. */
  areSpeakersKnown: boolean
}

/** Names of Chromium for whichever one is the usual, which is not chosen by its id. */
const usual: readonly string[] = ['', 'default', 'communications']

/** What is connected; nothing where the browser does not say. */
export const soundDevices = async (): Promise<SoundDevices> => {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? []
  const of = (kind: MediaDeviceKind): SoundDevice[] =>
    all.flatMap(device =>
      device.kind === kind && !usual.includes(device.deviceId) ? [{id: device.deviceId, name: device.label}] : [],
    )
  const areSpeakersKnown = all.some(({kind, deviceId}) => kind === 'audiooutput' && deviceId !== '')
  return {microphones: of('audioinput'), speakers: of('audiooutput'), areSpeakersKnown}
}

/** Whether the browser can speak over another speaker than the usual one. */
export const canChooseSpeaker = (): boolean => 'AudioContext' in window && 'setSinkId' in AudioContext.prototype

/** Called whenever one is plugged in or unplugged. @returns ends it */
export const onDeviceChange = (work: () => void): (() => void) => {
  navigator.mediaDevices?.addEventListener('devicechange', work)
  return () => navigator.mediaDevices?.removeEventListener('devicechange', work)
}

/** What is connected, as it changes. `look` looks again: names are known once the microphone is allowed. */
export const useSoundDevices = (): SoundDevices & {look: () => void} => {
  const [devices, setDevices] = useState<SoundDevices>({microphones: [], speakers: [], areSpeakersKnown: false})
  const look = (): void => void soundDevices().then(setDevices)
  useEffect(() => {
    const look = (): void => void soundDevices().then(setDevices)
    look()
    return onDeviceChange(look)
  }, [])
  return {...devices, look}
}
