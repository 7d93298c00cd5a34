import {useQuery} from '@tanstack/react-query'
import {askJson} from '../server/ask.ts'

export interface ConversationInfo {
  id: string
  session: string
  channel?: string
  title: string
  message_count: number
  created_at: string
  updated_at: string
}

export const useConversations = () =>
  useQuery({
    queryKey: ['conversations'],
    queryFn: ({signal}) => askJson<{conversations: ConversationInfo[]}>('/conversations?page_size=100', {signal}),
  })
