import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import type {Fact, Memory} from '../../memory/port.ts'
import {defineTool, type RunContext, type Tool} from '../tool.ts'
import {wordingFor} from '../wording.ts'
import {byShortId, shortId} from './short-id.ts'

export type MemoryOfTools = Pick<Memory, 'recall' | 'facts' | 'note' | 'correct' | 'erase' | 'eraseAll'>

const words = z
  .string()
  .min(1)
  .max(1000)
  .describe('The words of the person that say it, exactly as they were said in this message')
const factId = z.string().describe('As known_facts gives it')

/**
 * What is remembered of the person. Only the person's own words are noted, so nothing that stood in a document can become a fact; what
 * is erased is asked about first.
 */
export const memoryTools = (memory: MemoryOfTools): Tool[] => {
  const factOf = async (id: string, speaker: string): Promise<Fact> => {
    const fact = byShortId(id, await memory.facts(speaker))
    if (fact) return fact
    throw new EssenceError('FACT_UNKNOWN', `There is no fact ${id.slice(0, 40)}.`, {suggestions: ['See known_facts.']})
  }
  return [
    defineTool({
      name: 'memory_search',
      description: 'Searches what the person said earlier, in other conversations too.',
      input: z.strictObject({query: z.string().min(1).max(1000)}),
      effect: 'none',
      foreign: true,
      async run({query}, {speaker, session, channel, signal}) {
        const found = await memory.recall({speaker, session, channel}, query, {signal})
        if (found.length === 0) return 'Nothing was found.'
        return found.map(({text, at, role}) => `${at.toISOString().slice(0, 10)}, ${role}: ${text}`).join('\n')
      },
    }),
    defineTool({
      name: 'known_facts',
      description: 'Lists all that is known of the person for good, newest first.',
      input: z.strictObject({}),
      effect: 'none',
      async run(_, {speaker}) {
        const facts = await memory.facts(speaker)
        return facts.map(({id, text}) => `${shortId(id)}: ${text}`).join('\n') || 'Nothing is known yet.'
      },
    }),
    defineTool({
      name: 'note_fact',
      description:
        'Remembers something that the person has just said of themselves. It replaces what was known of the subject.',
      input: z.strictObject({
        words,
        subject: z.string().max(60).optional().describe('What it tells of, one word: home, name, job'),
      }),
      effect: 'own',
      check: async ({words}, context) => checkSaid(words, context),
      async run({words, subject}, {speaker}) {
        const {id, text} = await memory.note(speaker, {text: words, subject, provenance: 'said'})
        return `Noted as ${shortId(id)}: ${text}`
      },
    }),
    defineTool({
      name: 'correct_fact',
      description: 'Corrects a known fact by what the person has just said.',
      input: z.strictObject({id: factId, words}),
      effect: 'own',
      async check({id, words}, context) {
        checkSaid(words, context)
        await factOf(id, context.speaker)
      },
      async run({id, words}, {speaker}) {
        const {text} = await memory.correct(speaker, (await factOf(id, speaker)).id, words)
        return `Corrected: ${text}`
      },
    }),
    defineTool({
      name: 'forget_fact',
      description: 'Erases one known fact for good. The person is asked first.',
      input: z.strictObject({id: factId}),
      effect: 'world',
      question: async ({id}, {speaker, language}) => wordingFor(language).askErase((await factOf(id, speaker)).text),
      async run({id}, {speaker}) {
        const fact = await factOf(id, speaker)
        await memory.erase(speaker, fact.id)
        return `Forgotten: ${fact.text}`
      },
    }),
    defineTool({
      name: 'erase_everything',
      description:
        'Erases all that is known of the person, facts and conversations, for good. The person is asked first.',
      input: z.strictObject({}),
      effect: 'world',
      question: async (_, {language}) => wordingFor(language).askEraseAll,
      async run(_, {speaker}) {
        await memory.eraseAll(speaker)
        return 'All is erased.'
      },
    }),
  ]
}

/** @throws NOT_ALLOWED (the person did not say it) */
const checkSaid = (words: string, {said = ''}: RunContext): void => {
  const wanted = bare(words)
  if (wanted && ` ${bare(said)} `.includes(` ${wanted} `)) return
  throw new EssenceError('NOT_ALLOWED', 'The person has not said that in this message, so it is not remembered.', {
    suggestions: ['Pass the very words of the person.'],
  })
}

/** Without case, marks and double spaces. */
const bare = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join(' ')
