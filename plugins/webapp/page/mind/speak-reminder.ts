// Reminders are spoken while nobody else speaks, one after the other.
import {preferences} from '../settings/preferences.ts'
import {type TalkState, useTalk} from '../talk/talk-store.ts'

/** WAV files in base64. */
const waiting: string[] = []
let sounding: AudioBufferSourceNode | undefined

/** Somebody speaks, or is about to. */
const busy: readonly TalkState[] = ['opening', 'hearing', 'thinking', 'speaking']
const isQuiet = (): boolean => !busy.includes(useTalk.getState().state)

/** Speaks it as soon as nobody else does; not at all in a page that may not sound yet. */
export const speakReminder = (wav: string): void => {
  // Browsers let a page sound only after somebody has pressed something in it.
  if (!navigator.userActivation?.hasBeenActive) return
  waiting.push(wav)
  void speakNext()
}

const speakNext = async (): Promise<void> => {
  if (sounding || !isQuiet()) return
  const wav = waiting.shift()
  if (wav === undefined) return
  const context = new AudioContext()
  const source = new AudioBufferSourceNode(context)
  sounding = source
  const end = (): void => {
    sounding = undefined
    void context.close()
    void speakNext()
  }
  try {
    const {speaker, volume} = preferences()
    if (speaker !== undefined) await overSpeaker(context, speaker)
    source.buffer = await context.decodeAudioData(Uint8Array.from(atob(wav), char => char.charCodeAt(0)).buffer)
    source.connect(new GainNode(context, {gain: volume})).connect(context.destination)
    source.addEventListener('ended', end)
    source.start()
    // Somebody began to speak while it was decoded.
    if (!isQuiet()) source.stop()
  } catch {
    // It is shown, which is enough.
    end()
  }
}

/** Where the browser cannot, or the speaker is gone, the usual one is as good. */
const overSpeaker = async (context: AudioContext & {setSinkId?: (id: string) => Promise<void>}, id: string) =>
  context.setSinkId?.(id).catch(() => {})

const stop = (): void => {
  if (sounding?.buffer) sounding.stop()
}

useTalk.subscribe(() => {
  if (isQuiet()) void speakNext()
  else stop()
})
document.addEventListener('keydown', ({key}) => {
  if (key === 'Escape') stop()
})
