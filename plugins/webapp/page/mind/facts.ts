import {useMutation, useQuery, useQueryClient} from '@tanstack/react-query'
import {newSession, useConversation} from '../conversation/conversation-store.ts'
import {askJson} from '../server/ask.ts'
import {liveTalk} from '../talk/talk.ts'

/** One thing June knows of a person. */
export interface Fact {
  id: string
  text: string
  /** How she came to know it. */
  provenance: 'said' | 'document' | 'concluded'
  validFrom: string
}

const path = '/api/memory'
const queryKey = ['facts']
const pathOf = ({id}: Pick<Fact, 'id'>): string => `${path}/${encodeURIComponent(id)}`

export const useFacts = () =>
  useQuery({queryKey, queryFn: ({signal}) => askJson<{facts: Fact[]}>(path, {signal}).then(({facts}) => facts)})

/** A change of what June knows; the list is as it is on the server afterwards. */
const useChange = <T>(change: (of: T) => Promise<unknown>) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    // Not waited for: what shows that it was done must still be there.
    onSettled: () => void client.invalidateQueries({queryKey}),
  })
}

export const useCorrect = () =>
  useChange((fact: Pick<Fact, 'id' | 'text'>) => askJson(pathOf(fact), {method: 'PATCH', body: {text: fact.text}}))

export const useErase = () => useChange((fact: Fact) => askJson(pathOf(fact), {method: 'DELETE'}))

/** All that is known, and all conversations: also the one that is open. */
export const useForgetAll = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => askJson(path, {method: 'DELETE'}),
    async onSuccess() {
      liveTalk()?.end()
      useConversation.setState({session: newSession(), messages: []})
      await client.invalidateQueries()
    },
  })
}
