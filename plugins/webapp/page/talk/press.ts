// What a press of the talk button or of Space means.
import {preferences} from '../settings/preferences.ts'
import {endTalk, liveTalk, startTalk} from './talk.ts'
import {note, useTalk} from './talk-store.ts'

/** Space held longer than this, in ms, is held and not pressed. */
const holdMs = 400

const isPushToTalk = (): boolean => preferences().talking === 'push-to-talk'
const isIdle = (): boolean => useTalk.getState().connection === 'none'

/** The button or the key of push-to-talk is down. */
let isDown = false

/** Begins to talk; in push-to-talk what is said is sent while it is held. */
export const press = async (): Promise<void> => {
  isDown = true
  if (isIdle()) await startTalk()
  if (isDown && isPushToTalk()) liveTalk()?.hold()
}

export const letGo = (): void => {
  isDown = false
  liveTalk()?.release()
}

/** Hands-free: the button begins and ends. */
export const toggleTalk = (): void => {
  if (isIdle()) void startTalk()
  else endTalk()
}

/** For those who cannot hold: one press begins, the next sends. */
export const toggleHold = (): void => {
  if (useTalk.getState().isHeld) letGo()
  else void press()
}

export const toggleMute = (): void => note({isMuted: !useTalk.getState().isMuted})

/** Space: in push-to-talk as the button; hands-free it mutes, held only for as long. */
let hasMuted = false
export const spaceDown = (): void => {
  hasMuted = false
  if (isPushToTalk() || isIdle()) return void press()
  hasMuted = true
  toggleMute()
}

export const spaceUp = (heldMs: number): void => {
  if (isPushToTalk()) letGo()
  else if (hasMuted && heldMs > holdMs) toggleMute()
}
