// The speaker that is chosen, as it is plugged in and unplugged.
import {preferences, usePreferences} from '../settings/preferences.ts'
import {say} from '../talk/talk-store.ts'
import {words} from '../words/words.ts'
import {canChooseSpeaker, onDeviceChange, soundDevices} from './devices.ts'

type Choosing = AudioContext & {setSinkId?(id: string): Promise<void>}

/** The chosen one that cannot be used, as the person was told. */
let missing: string | undefined

/**
 * Sounds over the speaker that is chosen while it can be used, else over the usual one, and says so; until the context is closed.
 * Resolves once it sounds over one of them.
 */
export const followSpeaker = (context: Choosing): Promise<void> => {
  if (!canChooseSpeaker()) return Promise.resolve()
  let used = ''
  const use = async (id: string): Promise<boolean> => {
    if (id === used) return true
    try {
      await context.setSinkId?.(id)
    } catch {
      return false
    }
    used = id
    return true
  }

  const follow = async (): Promise<void> => {
    const {speaker} = preferences()
    if (speaker === undefined) {
      missing = undefined
      await use('')
      return
    }
    const {speakers, areSpeakersKnown} = await soundDevices()
    const isThere = !areSpeakersKnown || speakers.some(({id}) => id === speaker)
    const isUsed = isThere && (await use(speaker))
    if (!isUsed) await use('')
    if (context.state !== 'closed') tell(speaker, isUsed ? 'used' : isThere ? 'fails' : 'gone')
  }
  let last = follow()
  const look = (): void => {
    last = last.then(follow)
  }
  const ends = [
    onDeviceChange(look),
    usePreferences.subscribe(({speaker}, before) => {
      if (speaker !== before.speaker) look()
    }),
  ]
  context.addEventListener('statechange', () => {
    if (context.state === 'closed') for (const end of ends) end()
  })
  return last
}

const tell = (speaker: string, state: 'used' | 'fails' | 'gone'): void => {
  const wasMissing = missing === speaker
  missing = state === 'used' ? undefined : speaker
  if (state === 'used' ? !wasMissing : wasMissing) return
  const notice = {used: 'speakerBack', fails: 'speakerFails', gone: 'speakerGone'} as const
  say(words.t(`notice.${notice[state]}`, {ns: 'talk'}))
}
