import type {Words} from '@essence/core/channel/words/words'
import {buttonsFor} from './buttons.ts'
import type {CommandContext, Person} from './command-context.ts'
import {type Part, textParts, withButtons} from './outgoing.ts'

/** ms in which a question of the bot itself may be answered. */
const askedForMs = 10 * 60_000

/** Ids are long; as much of one as tells facts of one person apart, and as a command may hold. */
const shortId = (id: string): string => id.replace(/\W/g, '').slice(0, 8)

/** @param lacks why, where that is known */
const noMemory = (words: Words, lacks: readonly string[] = []): string =>
  lacks.length > 0 ? words('noMemoryWhy', {why: lacks.join('; ')}) : words('noMemory')

export const resetConversation = async (
  {speaker, session}: Person,
  {engines: {assistant}}: CommandContext,
  words: Words,
): Promise<string> => {
  await assistant.forget(session, speaker)
  return words(assistant.mind ? 'reset' : 'resetAll')
}

/** What June knows of a person, each with the command that erases it. @throws STORE_UNAVAILABLE */
export const listMemory = async (
  {speaker}: Person,
  {engines: {assistant}}: CommandContext,
  words: Words,
): Promise<string> => {
  const {mind, lacks} = assistant
  if (!mind) return noMemory(words, lacks)
  const facts = await mind.memory.facts(speaker)
  if (facts.length === 0) return words('nothingKnown')
  const lines = facts.map(({id, text}) => `${text}\n/forget_${shortId(id)}`)
  return [words('known'), '', ...lines, '', words('forgetAllHint')].join('\n')
}

/** Erases a fact; asks first where it is to be everything. @param what an id of the list, or `everything` @throws STORE_UNAVAILABLE */
export const forget = async (
  what: string,
  {speaker}: Person,
  {engines: {assistant}, now}: CommandContext,
  words: Words,
): Promise<Part[]> => {
  const {mind, lacks} = assistant
  if (!mind) return textParts(noMemory(words, lacks))
  const id = what.trim()
  if (id === '') return textParts(`${words('forgetWhich')} ${words('forgetAllHint')}`)
  if (/^(everything|all)$/i.test(id)) {
    const text = words('forgetEverything')
    const question = {id: `${own}${Math.ceil((now() + askedForMs) / 1000)}`, question: text}
    return withButtons(textParts(text), buttonsFor(question, words.language))
  }
  const facts = (await mind.memory.facts(speaker)).filter(fact => fact.id === id || shortId(fact.id) === shortId(id))
  const [fact] = facts
  if (!fact || facts.length > 1) return textParts(words('unknownFact', {id}))
  await mind.memory.erase(speaker, fact.id)
  return textParts(words('forgotten', {fact: fact.text}))
}

/** Begins the id of the one question that the bot asks itself; behind it, when that expires, in s since the epoch. */
const own = 'everything-'

/**
 * What becomes of the bot's own question.
 * @returns undefined where the question is the assistant's
 * @throws STORE_UNAVAILABLE
 */
export const decideOwn = async (
  {confirmation, accepted}: {confirmation: string; accepted: boolean},
  {speaker}: Person,
  {engines: {assistant}, voices, now}: CommandContext,
  words: Words,
): Promise<string | undefined> => {
  if (!confirmation.startsWith(own)) return undefined
  if (now() > Number(confirmation.slice(own.length)) * 1000) return words('questionExpired')
  if (!accepted) return words('nothingForgotten')
  if (!assistant.mind) return noMemory(words, assistant.lacks)
  await assistant.mind.memory.eraseAll(speaker)
  await voices?.enrolments.erase(speaker)
  return words('everythingForgotten')
}
