// Reminders as they become due: shown once, however often they come.
import {useQueryClient} from '@tanstack/react-query'
import {useEffect} from 'react'
import {addMessage, useConversation} from '../conversation/conversation-store.ts'
import {ask} from '../server/ask.ts'
import {linesOf} from '../server/lines.ts'
import {preferences} from '../settings/preferences.ts'
import {speakReminder} from './speak-reminder.ts'

interface DueReminder {
  id: string
  text: string
  /** A WAV file in base64, where it can be spoken. */
  audio?: string
}

/** Ids of reminders that were shown, also by other tabs, newest last. */
const key = 'reminders'
/** More than can be on their way. */
const kept = 100
/** ms before a stream that broke, or was refused, is opened again. */
const againMs = 3000

const shownBefore = (): unknown[] => {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(ids) ? ids : []
  } catch {
    return []
  }
}

/** Shows what is due in the conversation that is open, as long as the page is. */
export const useDueReminders = (isReady: boolean): void => {
  const session = useConversation(state => state.session)
  const client = useQueryClient()
  useEffect(() => {
    if (!isReady) return
    const leave = new AbortController()
    // A stream that ends is the first to tell that June is away.
    void watch(session, leave.signal, () => void client.invalidateQueries({queryKey: ['status']}))
    return () => leave.abort()
  }, [client, isReady, session])
}

const watch = async (session: string, signal: AbortSignal, onEnd: () => void): Promise<void> => {
  while (!signal.aborted) {
    try {
      for await (const reminder of dueIn(session, signal)) take(reminder)
    } catch {
      // A stream that broke is opened again; what was not taken comes again.
    }
    if (signal.aborted) return
    onEnd()
    await new Promise(resolve => setTimeout(resolve, againMs))
  }
}

/** Those of a stream of server-sent events, which an EventSource could not ask for: it sends no token. */
async function* dueIn(session: string, signal: AbortSignal): AsyncGenerator<DueReminder> {
  const {ok, body} = await ask(`/api/reminders?session=${session}`, {signal})
  if (!ok || !body) return
  for await (const line of linesOf(body)) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6))
}

/** June keeps it until she is told; where she cannot be, it comes again and is known. */
const take = ({id, text, audio}: DueReminder): void => {
  const before = shownBefore()
  if (!before.includes(id)) {
    localStorage.setItem(key, JSON.stringify([...before, id].slice(-kept)))
    addMessage({id: `reminder-${id}`, who: 'reminder', text})
    if (audio !== undefined && preferences().reply !== 'text') speakReminder(audio)
  }
  ask(`/api/reminders/${encodeURIComponent(id)}`, {method: 'DELETE'}).catch(() => {})
}
