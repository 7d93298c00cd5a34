import type {ToolContext} from './port.ts'

/** Sessions that are watched at once; the oldest is dropped. */
const maxSessions = 10_000

/** Which turns have read what others wrote: a document, a page, an answer of a server elsewhere. */
export interface Turns {
  readForeign(context: ToolContext): void
  hasReadForeign(context: ToolContext): boolean
}

/** A turn is over when the person says something else; one that says nothing of it is never over. */
export const newTurns = (): Turns => {
  const read = new Map<string, string>()
  const keyOf = ({speaker, session}: ToolContext): string => JSON.stringify([speaker, session])
  return {
    readForeign(context) {
      const [oldest] = read.keys()
      if (oldest !== undefined && read.size >= maxSessions) read.delete(oldest)
      read.set(keyOf(context), context.said ?? '')
    },
    // Documents that are looked at in any case are in the prompt before anything is called.
    hasReadForeign: context => Boolean(context.documents?.length) || read.get(keyOf(context)) === (context.said ?? ''),
  }
}
