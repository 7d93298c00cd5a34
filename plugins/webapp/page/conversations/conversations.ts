import {keepPreviousData, useInfiniteQuery, useQueryClient} from '@tanstack/react-query'
import {useEffect} from 'react'
import {useConversation} from '../conversation/conversation-store.ts'
import {askJson} from '../server/ask.ts'
import {useStatus} from '../server/status.ts'
import type {ConversationInfo} from './conversation-info.ts'

interface ConversationPage {
  conversations: ConversationInfo[]
  page: number
  total_pages: number
}

const key = 'conversations'
const pageSize = 50
/** What was heard of an answer is stored a little after it was spoken. */
const storedMs = 2500

/** The newest conversations, and older ones page by page. @param query words that stand in them; none: all */
export const useConversations = (query: string) => {
  const {data: status} = useStatus()
  return useInfiniteQuery({
    queryKey: [key, query],
    queryFn: ({pageParam, signal}) =>
      askJson<ConversationPage>(
        `/conversations?${new URLSearchParams({page: `${pageParam}`, page_size: `${pageSize}`, ...(query && {q: query})})}`,
        {signal},
      ),
    initialPageParam: 1,
    getNextPageParam: ({page, total_pages}) => (page < total_pages ? page + 1 : undefined),
    // One that goes on meanwhile moves the others to later pages, where they come again.
    select: ({pages}) => [...new Map(pages.flatMap(page => page.conversations).map(info => [info.id, info])).values()],
    placeholderData: keepPreviousData,
    enabled: status?.ready === true,
  })
}

/** @returns what has the lists looked at anew */
export const useRefreshConversations = (): (() => Promise<void>) => {
  const client = useQueryClient()
  return () => client.invalidateQueries({queryKey: [key]})
}

/** Has the lists looked at anew after each answer. */
export const useRefreshAfterTurns = (): void => {
  const client = useQueryClient()
  const answers = useConversation(({messages}) => messages.filter(({who, isOpen}) => who === 'june' && !isOpen).length)
  useEffect(() => {
    if (answers === 0) return
    const refresh = (): void => void client.invalidateQueries({queryKey: [key]})
    refresh()
    const timer = setTimeout(refresh, storedMs)
    return () => clearTimeout(timer)
  }, [answers, client])
}
