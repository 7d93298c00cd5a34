import type {Assistant} from '../../assistant/port.ts'
import type {Words} from '../words/words.ts'

/** ms in which a question of the bot itself may be answered. */
const askedForMs = 10 * 60_000

/** Begins the id of the one question that the bot asks itself; behind it, when that expires, in s since the epoch. */
const own = 'everything-'

/** A person and their conversation, as June knows them. */
export interface Person {
  speaker: string
  session: string
}

export interface MemoryContext {
  assistant: Assistant
  words: Words
  /** ms since the epoch. */
  now: () => number
}

/** What a command is answered with; `question`: yes or no is asked, as before a tool does something. */
export interface MemoryAnswer {
  text: string
  question?: {id: string; question: string} | undefined
}

/** Ids are long; as much of one as tells facts of one person apart, and as a command may hold. */
const shortId = (id: string): string => id.replace(/\W/g, '').slice(0, 8)

/** Why there is none, where that is known. */
const noMemory = ({assistant: {lacks = []}, words}: MemoryContext): string =>
  lacks.length > 0 ? words('noMemoryWhy', {why: lacks.join('; ')}) : words('noMemory')

/** `/reset`. @throws STORE_UNAVAILABLE, as all of these */
export const resetConversation = async (
  {speaker, session}: Person,
  {assistant, words}: MemoryContext,
): Promise<string> => {
  await assistant.forget(session, speaker)
  return words(assistant.mind ? 'reset' : 'resetAll')
}

/** `/memory`: what June knows of a person. @param erasing the command that erases a fact, as it is shown, by its short id */
export const listMemory = async (
  {speaker}: Person,
  context: MemoryContext,
  erasing: (id: string) => string,
): Promise<string> => {
  const {assistant, words} = context
  if (!assistant.mind) return noMemory(context)
  const facts = await assistant.mind.memory.facts(speaker)
  if (facts.length === 0) return words('nothingKnown')
  const lines = facts.map(({id, text}) => `${text}\n${erasing(shortId(id))}`)
  return [words('known'), '', ...lines, '', words('forgetAllHint')].join('\n')
}

/** `/forget`: erases a fact; asks first where it is to be everything. @param what an id of the list, or `everything` */
export const forget = async (what: string, {speaker}: Person, context: MemoryContext): Promise<MemoryAnswer> => {
  const {assistant, words, now} = context
  if (!assistant.mind) return {text: noMemory(context)}
  const {memory} = assistant.mind
  const id = what.trim()
  if (id === '') return {text: `${words('forgetWhich')} ${words('forgetAllHint')}`}
  if (/^(everything|all)$/i.test(id)) {
    const question = words('forgetEverything')
    return {text: question, question: {id: `${own}${Math.ceil((now() + askedForMs) / 1000)}`, question}}
  }
  const facts = (await memory.facts(speaker)).filter(fact => fact.id === id || shortId(fact.id) === shortId(id))
  const [fact] = facts
  if (!fact || facts.length > 1) return {text: words('unknownFact', {id})}
  await memory.erase(speaker, fact.id)
  return {text: words('forgotten', {fact: fact.text})}
}

/**
 * What becomes of the bot's own question.
 * @param erased told when everything of a person was erased
 * @returns undefined where the question is the assistant's
 */
export const decideOwn = async (
  {confirmation, accepted}: {confirmation: string; accepted: boolean},
  {speaker}: Person,
  context: MemoryContext,
  erased?: (speaker: string) => Promise<void>,
): Promise<string | undefined> => {
  const {assistant, words, now} = context
  if (!confirmation.startsWith(own)) return undefined
  if (now() > Number(confirmation.slice(own.length)) * 1000) return words('questionExpired')
  if (!accepted) return words('nothingForgotten')
  if (!assistant.mind) return noMemory(context)
  await assistant.mind.memory.eraseAll(speaker)
  await erased?.(speaker)
  return words('everythingForgotten')
}
