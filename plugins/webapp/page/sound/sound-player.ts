// Plays kept sound again, one at a time.
import {create} from 'zustand'
import {samplesOf} from './kept-sound.ts'
import {openOutput} from './output.ts'

interface Player {
  /** Id of the sound that plays; absent: none. */
  id: string | undefined
  /** Of it, 0..1. */
  position: number
}

const none: Player = {id: undefined, position: 0}

export const usePlayer = create<Player>(() => none)

let stop = (): void => {}

/** Is silent at once. */
export const stopSound = (): void => stop()

/** Plays from a position, 0..1, to the end, in the place of what plays. Call it from a gesture. */
export const playSound = async ({id, rate}: {id: string; rate: number}, from = 0): Promise<void> => {
  stop()
  const {context, out} = openOutput()
  usePlayer.setState({id, position: from})
  let frame = 0
  const mine = (): void => {
    cancelAnimationFrame(frame)
    void context.close()
    stop = () => {}
    usePlayer.setState(none)
  }
  stop = mine
  const pcm = await samplesOf(id).catch(() => undefined)
  if (stop !== mine) return
  if (!pcm) return mine()
  const buffer = new AudioBuffer({length: pcm.length, sampleRate: rate})
  buffer.copyToChannel(
    Float32Array.from(pcm, sample => sample / 32768),
    0,
  )
  const source = new AudioBufferSourceNode(context, {buffer})
  source.connect(out)
  source.onended = () => {
    if (stop === mine) mine()
  }
  const began = context.currentTime - from * buffer.duration
  source.start(0, from * buffer.duration)
  const follow = (): void => {
    usePlayer.setState({id, position: Math.min(1, (context.currentTime - began) / buffer.duration)})
    frame = requestAnimationFrame(follow)
  }
  follow()
}
