import {useQuery} from '@tanstack/react-query'
import {useEffect} from 'react'
import {useOpened} from '../conversations/opened.ts'
import {askJson} from '../server/ask.ts'
import {type Message, useConversation} from './conversation-store.ts'

interface StoredMessages {
  messages: {role: 'user' | 'assistant' | 'tool'; content: string; created_at: string; metadata: {id: string}}[]
  next_after?: number
}

/** All that was said in a conversation, the oldest first. @throws JuneError */
const allMessages = async (person: string, conversation: string, signal: AbortSignal): Promise<Message[]> => {
  const found: Message[] = []
  const path = `/conversations/${encodeURIComponent(person)}/${conversation}`
  for (let after: number | undefined = 0; after !== undefined; ) {
    const part: StoredMessages = await askJson(`${path}?limit=1000&after=${after}`, {signal})
    for (const {role, content, created_at, metadata} of part.messages)
      if (role !== 'tool' && content.trim() !== '')
        found.push({id: metadata.id, who: role === 'user' ? 'you' : 'june', text: content, at: Date.parse(created_at)})
    after = part.next_after
  }
  return found
}

/** Shows what was said before the page was opened, once. @param person who asks; undefined: not known yet */
export const useEarlierMessages = (person: string | undefined): void => {
  const session = useConversation(state => state.session)
  const opened = useOpened(({id}) => id)
  const {data} = useQuery({
    queryKey: ['messages', person, session, opened],
    queryFn: ({signal}) => allMessages(person ?? '', opened ?? session, signal),
    enabled: person !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  })
  useEffect(() => {
    if (!data) return
    useConversation.setState(({messages}) => (messages.length === 0 ? {messages: data} : {}))
  }, [data])
}
