import {preferences, usePreferences} from '../settings/preferences.ts'
import {onDeviceChange, soundDevices} from '../sound/devices.ts'
import type {Microphone} from '../sound/microphone.ts'
import {words} from '../words/words.ts'
import {say} from './talk-store.ts'

export interface FollowedMicrophone {
  microphone: Microphone
  /** None is left. */
  onFail: (error: unknown) => void
}

/** Which is in use: the chosen one while it is there, else the usual one. */
export interface MicrophoneFollower {
  /** The one in use is gone. */
  look(): void
  end(): void
}

/** Keeps to the microphone that is chosen, as it is plugged in and unplugged. */
export const followMicrophone = ({microphone, onFail}: FollowedMicrophone): MicrophoneFollower => {
  let microphoneId = preferences().microphone
  /** The chosen microphone is away. */
  let wasGone = false
  let isOver = false
  let last: Promise<void> = Promise.resolve()

  const follow = async (): Promise<void> => {
    const {microphones} = await soundDevices()
    if (isOver) return
    const {microphone: chosen} = preferences()
    const wanted = microphones.some(({id}) => id === chosen) ? chosen : undefined
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
  const look = (): void => {
    last = last.then(follow).catch(error => {
      if (!isOver) onFail(error)
    })
  }
  const ends = [
    onDeviceChange(look),
    usePreferences.subscribe((now, before) => {
      if (now.microphone !== before.microphone) look()
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
