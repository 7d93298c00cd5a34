import {create} from 'zustand'
import type {JuneError} from '../server/june-error.ts'
import {now} from '../server/now.ts'
import type {Confirmation, Source, Times, WrittenTurn} from '../server/turn.ts'

/** What failed, and can be tried again: the text of a message that stands in the conversation. */
export interface Again {
  /** Id of the message. */
  question: string
  text: string
  decision?: WrittenTurn['decision']
}

/** One bubble. */
export interface Message {
  /** Of the page, or of the conversation on the server. */
  id: string
  who: 'you' | 'june' | 'reminder' | 'error'
  text: string
  /** When it began, ms since 1970. */
  at: number
  /** It still grows. */
  isOpen?: boolean | undefined
  /** Characters of `text` that were heard; absent: all. */
  heard?: number | undefined
  isStopped?: boolean | undefined
  /** It says anew what the one before said. */
  isEdited?: boolean | undefined
  times?: Times | undefined
  sources?: Source[] | undefined
  confirmation?: Confirmation | undefined
  /** Why it is not spoken. */
  silent?: string | undefined
  suggestions?: readonly string[] | undefined
  again?: Again | undefined
}

interface ConversationState {
  /** What the gateway calls it. */
  session: string
  messages: readonly Message[]
}

/** Sessions that were made in this page, and in which nothing was said yet. */
const begun = new Set<string>()

export const newSession = (): string => {
  // `crypto.randomUUID` is for secure pages only.
  const session = [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
  begun.add(session)
  return session
}

/** Nothing was said in it, here or before. */
export const isNew = (session: string): boolean => begun.has(session)

const kept = (): string => sessionStorage.getItem('session') ?? newSession()

/** The conversation that is open in this tab; a reload keeps it, a new tab starts its own. */
export const useConversation = create<ConversationState>(() => ({session: kept(), messages: []}))
const keep = ({session}: ConversationState): void => sessionStorage.setItem('session', session)
keep(useConversation.getState())
useConversation.subscribe(keep)

let lastId = 0

export const addMessage = (message: Omit<Message, 'id' | 'at'> & Partial<Pick<Message, 'id' | 'at'>>): string => {
  const id = message.id ?? `page-${++lastId}`
  begun.delete(useConversation.getState().session)
  useConversation.setState(({messages}) => ({messages: [...messages, {at: now(), ...message, id}]}))
  return id
}

export const changeMessage = (id: string, change: Partial<Message> | ((message: Message) => Partial<Message>)): void =>
  useConversation.setState(({messages}) => ({
    messages: messages.map(each =>
      each.id === id ? {...each, ...(typeof change === 'function' ? change(each) : change)} : each,
    ),
  }))

export const removeMessage = (id: string): void =>
  useConversation.setState(({messages}) => ({messages: messages.filter(each => each.id !== id)}))

export const messageOf = (id: string): Message | undefined =>
  useConversation.getState().messages.find(each => each.id === id)

export const addError = ({message: text, suggestions}: JuneError, again?: Again): void =>
  void addMessage({who: 'error', text, suggestions, again})
