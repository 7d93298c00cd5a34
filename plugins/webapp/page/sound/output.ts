import {preferences} from '../settings/preferences.ts'

/** Where files are played: as loud as is preferred, over the speaker that is. */
export interface Output {
  context: AudioContext
  /** What is connected to it sounds. */
  out: GainNode
  /** It is over that speaker. */
  ready: Promise<void>
}

/** From a gesture: browsers let a page sound only then. */
export const openOutput = (options: AudioContextOptions = {}): Output => {
  const context = new AudioContext(options)
  const out = new GainNode(context, {gain: preferences().volume})
  out.connect(context.destination)
  return {context, out, ready: soundOver(context, preferences().speaker)}
}

/** Where the browser cannot choose, or the speaker is gone, the usual one is as good. @param id undefined: the usual one */
export const soundOver = async (context: AudioContext, id: string | undefined): Promise<void> => {
  const choosing: AudioContext & {setSinkId?(id: string): Promise<void>} = context
  await choosing.setSinkId?.(id ?? '').catch(() => {})
}
