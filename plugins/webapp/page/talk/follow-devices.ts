import {preferences, usePreferences} from '../settings/preferences.ts'
import {onDeviceChange, soundDevices} from '../sound/devices.ts'
import type {Microphone} from '../sound/microphone.ts'
import type {Speaker} from '../sound/speaker.ts'
import {words} from '../words/words.ts'
import {say} from './talk-store.ts'

export interface FollowedDevices {
  microphone: Microphone
  speaker: Speaker
  /** No microphone is left. */
  onFail: (error: unknown) => void
}

/** Which are in use: the chosen ones while they are there, else the usual ones. */
export interface DeviceFollower {
  /** The microphone in use is gone. */
  look(): void
  end(): void
}

/** Keeps to the microphone and the speaker that are chosen, as they are plugged in and unplugged. */
export const followDevices = ({microphone, speaker, onFail}: FollowedDevices): DeviceFollower => {
  let microphoneId = preferences().microphone
  let speakerId: string | undefined
  /** The chosen microphone is away. */
  let wasGone = false
  let isOver = false
  let last: Promise<void> = Promise.resolve()

  const followMicrophone = async (there: readonly {id: string}[]): Promise<void> => {
    const {microphone: chosen} = preferences()
    const wanted = there.some(({id}) => id === chosen) ? chosen : undefined
    const isGone = microphone.isGone
    if (wanted === microphoneId && !isGone) return
    const before = microphoneId
    microphoneId = wanted
    await microphone.use(wanted)
    if (isGone || (chosen !== undefined && wanted === undefined)) say(words.t('notice.microphoneGone', {ns: 'talk'}))
    else if (before === undefined && wanted !== undefined && wasGone)
      say(words.t('notice.microphoneBack', {ns: 'talk'}))
    wasGone = chosen !== undefined && wanted === undefined
  }

  const followSpeaker = async (there: readonly {id: string}[]): Promise<void> => {
    const {speaker: chosen} = preferences()
    const wanted = there.some(({id}) => id === chosen) ? chosen : undefined
    if (wanted === speakerId) return
    speakerId = wanted
    await speaker.use(wanted).catch(() => speaker.use(undefined))
    if (chosen !== undefined && wanted === undefined) say(words.t('notice.speakerGone', {ns: 'talk'}))
  }

  const follow = async (): Promise<void> => {
    const {microphones, speakers} = await soundDevices()
    if (isOver) return
    await followMicrophone(microphones)
    await followSpeaker(speakers)
  }
  const look = (): void => {
    last = last.then(follow).catch(error => {
      if (!isOver) onFail(error)
    })
  }
  const ends = [
    onDeviceChange(look),
    usePreferences.subscribe((now, before) => {
      if (now.microphone !== before.microphone || now.speaker !== before.speaker) look()
    }),
  ]
  look()
  return {
    look,
    end() {
      isOver = true
      for (const end of ends) end()
    },
  }
}
