// The live conversation of the page: microphone, connection, June's voice.
import {addError, useConversation} from '../conversation/conversation-store.ts'
import {resumeShown} from '../conversations/opened.ts'
import {asJuneError} from '../server/june-error.ts'
import {pcmOf} from '../sound/base64.ts'
import {openMicrophone, type Piece} from '../sound/microphone.ts'
import {openContext, openSpeaker} from '../sound/speaker.ts'
import {recordTurns} from '../sound/turn-recorder.ts'
import {openRealtime} from './realtime.ts'
import {showState, useTalk} from './talk-store.ts'
import {telling} from './told.ts'

interface LiveTalk {
  /** June is silent at once. */
  interrupt(): void
  write(text: string): void
  end(): void
}

let current: LiveTalk | undefined

export const liveTalk = (): LiveTalk | undefined => current

/** Begins to talk; from a gesture. */
export const startTalk = async (): Promise<void> => {
  showState('opening')
  const context = openContext()
  const closing: (() => unknown)[] = [() => context.close()]
  const end = (): void => {
    current = undefined
    for (const close of closing.splice(0).reverse()) close()
    useTalk.setState({state: 'idle', level: 0, isMuted: false})
  }
  const fail = (error: unknown): void => {
    end()
    addError(asJuneError(error))
  }
  try {
    const speaker = await openSpeaker(context, sounds => showState(sounds ? 'speaking' : 'listening'))
    closing.push(() => speaker.close())
    // Asked for before the connection: a session that waits for a person to allow it is none.
    let hear = (_: Piece): void => {}
    const microphone = await openMicrophone(context, {
      deviceId: undefined,
      onPiece: piece => hear(piece),
      onEnd: () => fail(new Error('The microphone is gone.')),
    })
    closing.push(() => microphone.close())
    await resumeShown()
    const {session} = useConversation.getState()
    const recorder = recordTurns(session)
    const tell = telling(base64 => speaker.play(pcmOf(base64)))
    const realtime = await openRealtime({
      conversation: session,
      onEvent(event) {
        recorder.take(event)
        tell(event)
      },
      onState: state => showState(state === 'lost' ? 'reconnecting' : 'listening'),
      onEnd: fail,
    })
    closing.push(() => realtime.close())
    hear = ({pcm, level}) => {
      const {isMuted} = useTalk.getState()
      useTalk.setState({level: isMuted ? 0 : level})
      const heard = isMuted ? new ArrayBuffer(pcm.byteLength) : pcm
      recorder.hear(heard)
      realtime.hear(heard)
    }
    current = {
      interrupt() {
        realtime.send({type: 'response.cancel'})
        speaker.flush()
      },
      write(text) {
        realtime.send({
          type: 'conversation.item.create',
          item: {type: 'message', role: 'user', content: [{type: 'input_text', text}]},
        })
        realtime.send({type: 'response.create'})
      },
      end,
    }
  } catch (error) {
    fail(error)
  }
}
