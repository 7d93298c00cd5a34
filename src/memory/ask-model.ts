import type {ChatMessage, LanguageModel} from '../llm/port.ts'

/** Of what was said: a person, or June. */
export interface SaidMessage {
  role: 'user' | 'assistant' | 'tool'
  content: string
}

/** Characters of one message that the model is shown; what is longer was pasted. */
const maxShown = 2000

/** Messages that one request shows at most. */
export const maxBatch = 20

/** What was said, a line each. */
export const transcriptOf = (said: readonly SaidMessage[]): string =>
  said
    .filter(({role, content}) => role !== 'tool' && content !== '')
    .map(
      ({role, content}) =>
        `${role === 'user' ? 'Person' : 'June'}: ${content.slice(0, maxShown).replaceAll('\n', ' ')}`,
    )
    .join('\n')

/**
 * Asks about as much of what was said as fits.
 * @returns the answer, thoughts left out, and how many of the messages it is about; at least one
 * @throws CANCELLED, and what the model throws
 */
export const askAbout = async <T extends SaidMessage>(
  llm: LanguageModel,
  said: readonly T[],
  promptOf: (said: readonly T[]) => ChatMessage[],
  {maxTokens, signal}: {maxTokens: number; signal: AbortSignal},
): Promise<{answer: string; taken: number}> => {
  const room = llm.promptTokens(maxTokens)
  let taken = Math.min(said.length, maxBatch)
  while (taken > 1 && (await llm.countTokens(promptOf(said.slice(0, taken)))) > room) taken = Math.ceil(taken / 2)
  let answer = ''
  const options = {maxTokens, temperature: 0, thoughtTokens: 0, signal}
  for await (const delta of llm.chat(promptOf(said.slice(0, taken)), options))
    if (delta.kind === 'answer') answer += delta.text
  return {answer: answer.trim(), taken}
}
