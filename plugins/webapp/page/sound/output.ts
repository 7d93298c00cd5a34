import {preferences} from '../settings/preferences.ts'
import {followSpeaker} from './follow-speaker.ts'

/** Where files are played: as loud as is preferred, over the speaker that is. */
export interface Output {
  context: AudioContext
  /** What is connected to it sounds. */
  out: GainNode
  /** It is over that speaker, or the usual one where that is gone. */
  ready: Promise<void>
}

/** From a gesture: browsers let a page sound only then. */
export const openOutput = (options: AudioContextOptions = {}): Output => {
  const context = new AudioContext(options)
  const out = new GainNode(context, {gain: preferences().volume})
  out.connect(context.destination)
  return {context, out, ready: followSpeaker(context)}
}
