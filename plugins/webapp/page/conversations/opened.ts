// Which of the listed conversations is shown, and that it is the one that goes on.
import {create} from 'zustand'
import {createJSONStorage, persist} from 'zustand/middleware'
import {useConversation} from '../conversation/conversation-store.ts'
import {askJson} from '../server/ask.ts'
import {asJuneError} from '../server/june-error.ts'
import {now} from '../server/now.ts'
import {personName} from '../server/person-name.ts'

interface Opened {
  /** Chosen in the list; absent: the latest of the session. */
  id: string | undefined
  /** What is said next belongs to it. */
  isResumed: boolean
}

/** The latest of the session. */
const none: Opened = {id: undefined, isResumed: false}

export const useOpened = create<Opened>()(
  persist((): Opened => none, {name: 'opened', version: 1, storage: createJSONStorage(() => sessionStorage)}),
)

// Another session begins: whoever began it knows of no list.
useConversation.subscribe(({session}, before) => {
  if (session !== before.session) useOpened.setState(none)
})

/** After less than this June still has it in mind: half of the least a gateway waits. */
const mindMs = 30_000

/** Before the next words: June goes on with what is shown, however long ago it was. Without a memory there is nothing to go on with. */
export const resumeShown = async (): Promise<void> => {
  const {messages, session} = useConversation.getState()
  const last = messages.findLast(({who}) => who === 'you' || who === 'june')
  const isInMind = last !== undefined && now() - last.at < mindMs
  const {id, isResumed} = useOpened.getState()
  if (id === undefined ? !last || isInMind : isResumed && isInMind) return
  const path = `/conversations/${encodeURIComponent(personName())}/${id ?? session}/resume`
  const resumed = await askJson(path, {method: 'POST', body: {session}}).then(
    () => ({isResumed: true}),
    // It was erased meanwhile, or is another person's: what is said next begins one.
    error => (asJuneError(error).code === 'CONVERSATION_UNKNOWN' ? none : {}),
  )
  useOpened.setState(opened => (opened.id === id ? resumed : opened))
}
