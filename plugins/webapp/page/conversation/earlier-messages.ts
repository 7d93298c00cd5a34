import {useQuery} from '@tanstack/react-query'
import {useEffect, useMemo} from 'react'
import {useOpened} from '../conversations/opened.ts'
import {askJson} from '../server/ask.ts'
import {JuneError} from '../server/june-error.ts'
import {words} from '../words/words.ts'
import {addError, isNew, type Message, useConversation} from './conversation-store.ts'
import {forgetUnanswered, unansweredOf} from './unanswered.ts'

interface StoredMessages {
  messages: {role: 'user' | 'assistant' | 'tool'; content: string; created_at: string; metadata: {id: string}}[]
  next_after?: number
}

/** All that was said in a conversation, the oldest first; nothing of one that is new, or not kept. @throws JuneError */
const allMessages = async (person: string, conversation: string, signal: AbortSignal): Promise<Message[]> => {
  const found: Message[] = []
  const path = `/conversations/${encodeURIComponent(person)}/${conversation}`
  for (let after: number | undefined = 0; after !== undefined; ) {
    const part: StoredMessages | undefined = await askJson<StoredMessages>(`${path}?limit=1000&after=${after}`, {
      signal,
    }).catch(error => {
      if (error instanceof JuneError && absent.includes(error.code)) return undefined
      throw error
    })
    for (const {role, content, created_at, metadata} of part?.messages ?? [])
      if (role !== 'tool' && content.trim() !== '')
        found.push({id: metadata.id, who: role === 'user' ? 'you' : 'june', text: content, at: Date.parse(created_at)})
    after = part?.next_after
  }
  return found
}

const absent: readonly string[] = ['CONVERSATION_UNKNOWN', 'STORE_UNAVAILABLE']

/** Shows what was said before the page was opened, once. @param person who asks; undefined: not known yet */
export const useEarlierMessages = (person: string | undefined): void => {
  const session = useConversation(state => state.session)
  const opened = useOpened(({id}) => id)
  const wasNew = useMemo(() => isNew(session), [session])
  const {data, error} = useQuery({
    queryKey: ['messages', person, session, opened],
    queryFn: ({signal}) => allMessages(person ?? '', opened ?? session, signal),
    enabled: person !== undefined && !wasNew,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: 1,
  })
  useEffect(() => {
    if (!data) return
    useConversation.setState(({messages}) => ({messages: joined(withUnanswered(data, session), messages)}))
  }, [data, session])
  useEffect(() => {
    if (error) addError(new JuneError('EARLIER', words.t('earlier', {ns: 'conversation', why: error.message})))
  }, [error])
}

/** What was said in this page meanwhile stands behind what was before, and only once. */
const joined = (earlier: readonly Message[], here: readonly Message[]): readonly Message[] => {
  const [first] = here
  if (!first) return earlier
  if (earlier.some(({id}) => here.some(each => each.id === id))) return here
  const stored = earlier.findIndex(({who, text, at}) => who === 'you' && text === first.text && at > first.at - 60_000)
  return [...(stored < 0 ? earlier : earlier.slice(0, stored)), ...here]
}

/** What has no answer stands where it was written. */
const withUnanswered = (stored: readonly Message[], session: string): Message[] => {
  const isStored = (text: string, at: number): boolean =>
    stored.some(message => message.who === 'you' && message.text === text && message.at > at - 60_000)
  const found: Message[] = [...stored]
  for (const {text, at} of unansweredOf(session)) {
    const id = `unanswered-${at}`
    // June answered after the page had been left.
    if (isStored(text, at)) forgetUnanswered(at)
    else found.push({id, who: 'you', text, at, again: {question: id, text}})
  }
  return found.sort((one, other) => one.at - other.at)
}
