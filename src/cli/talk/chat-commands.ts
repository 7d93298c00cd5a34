import type {Assistant, AssistantDelta} from '../../assistant/port.ts'

/** The conversation that `essence chat` is in. */
export interface ChatPlace {
  assistant: Pick<Assistant, 'info' | 'mind' | 'lacks' | 'forget'>
  speaker: string
  session: string
}

const usage = [
  ['/help', 'these commands'],
  ['/reset', 'forget this conversation; what June knows of you stays'],
  ['/memory', 'what June knows of you'],
  ['/forget N', 'erase the fact of that number in /memory'],
  ['/model', 'what answers, and where it runs'],
  ['/tools', 'what June may use'],
  ['/quit', 'leave'],
] as const

const nothingKept = ({lacks = []}: ChatPlace['assistant']): string[] =>
  lacks.length > 0 ? [...lacks] : ['Nothing is remembered here beyond this conversation.']

const memory = async ({assistant, speaker}: ChatPlace): Promise<string[]> => {
  if (!assistant.mind) return nothingKept(assistant)
  const facts = await assistant.mind.memory.facts(speaker)
  return facts.length === 0
    ? ['June knows nothing of you yet.']
    : facts.map(
        ({text, provenance}, index) => `${index + 1}  ${text}${provenance === 'said' ? '' : ` (${provenance})`}`,
      )
}

const forget = async ({assistant, speaker}: ChatPlace, number: string): Promise<string[]> => {
  if (!assistant.mind) return nothingKept(assistant)
  const facts = await assistant.mind.memory.facts(speaker)
  const fact = /^\d+$/.test(number) ? facts[Number(number) - 1] : undefined
  if (!fact) return [`/forget takes the number of a fact; /memory lists ${facts.length}.`]
  await assistant.mind.memory.erase(speaker, fact.id)
  return [`Erased: ${fact.text}`]
}

/** What answers and what it remembers, in a line each. */
export const modelLines = async ({assistant, speaker}: ChatPlace): Promise<string[]> => {
  const {model, engine, device} = assistant.info
  const facts = assistant.mind ? (await assistant.mind.memory.facts(speaker)).length : undefined
  return [
    `June answers by text: ${model || engine} on ${device}.`,
    facts === undefined ? 'Memory is off.' : `Memory is on; facts she knows of you: ${facts}.`,
  ]
}

/**
 * Does what a line beginning with `/` says.
 * @returns what to show, `leave` where the person goes; undefined for a line that is a message
 */
export const chatCommand = async (line: string, place: ChatPlace): Promise<string[] | 'leave' | undefined> => {
  if (!line.startsWith('/')) return undefined
  const [name, argument = ''] = line.split(/\s+/)
  switch (name) {
    case '/help':
      return usage.map(([command, does]) => `${command.padEnd(11)}${does}`)
    case '/reset':
      await place.assistant.forget(place.session, place.speaker)
      return ['This conversation is forgotten.']
    case '/memory':
      return memory(place)
    case '/forget':
      return forget(place, argument)
    case '/model':
      return modelLines(place)
    case '/tools': {
      const tools = place.assistant.mind?.tools ?? []
      return tools.length > 0 ? [...tools] : ['There are no tools here.']
    }
    case '/quit':
      return 'leave'
    default:
      return [`There is no ${name}; /help lists what there is.`]
  }
}

/** What a line says to a question that was asked before something is done; undefined where it is neither yes nor no. */
export const decisionOf = (
  line: string,
  asked: AssistantDelta['confirmation'],
): {confirmation: string; accepted: boolean} | undefined =>
  asked && /^(y|yes|n|no)$/i.test(line) ? {confirmation: asked.id, accepted: /^y/i.test(line)} : undefined

/** The documents an answer leans on, in one line. */
export const sourcesLine = (sources: AssistantDelta['sources'] = []): string | undefined =>
  sources.length === 0
    ? undefined
    : `from ${sources.map(({name, page}) => (page === undefined ? name : `${name}, page ${page}`)).join('; ')}`
