// Reminders are spoken while nobody else speaks, one after the other.
import {fromBase64} from '../sound/base64.ts'
import {openOutput} from '../sound/output.ts'
import {type TalkState, useTalk} from '../talk/talk-store.ts'

/** WAV files in base64. */
const waiting: string[] = []
let sounding: AudioBufferSourceNode | undefined

/** Somebody speaks, or is about to. */
const busy: readonly TalkState[] = ['opening', 'hearing', 'queued', 'thinking', 'speaking']
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
  const {context, out, ready} = openOutput()
  const source = new AudioBufferSourceNode(context)
  sounding = source
  const end = (): void => {
    sounding = undefined
    void context.close()
    void speakNext()
  }
  try {
    await ready
    source.buffer = await context.decodeAudioData(fromBase64(wav).buffer)
    source.connect(out)
    source.addEventListener('ended', end)
    source.start()
    // Somebody began to speak while it was decoded.
    if (!isQuiet()) source.stop()
  } catch {
    // It is shown, which is enough.
    end()
  }
}

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
