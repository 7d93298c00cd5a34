import type {ChatMessage} from '@essence/core/llm/port'
import {refusal} from './errors.ts'
import type {ResponseBody} from './response-body.ts'

/** A response that can be asked after. */
export interface Stored {
  owner: string
  response: ResponseBody
  /** What was said until now, without instructions, this answer included. */
  messages: readonly ChatMessage[]
  /** Name of the conversation. */
  session: string | undefined
  /** While it is being made. */
  stop?: AbortController | undefined
}

export interface ResponseLimits {
  /** Responses kept of one person. */
  perPerson: number
  /** Characters of all conversations that are kept. */
  characters: number
  ms: number
}

const defaults: ResponseLimits = {perPerson: 200, characters: 64 * 1024 ** 2, ms: 24 * 3_600_000}

/** Responses in the memory of this process, each person's own; the oldest go first. */
export const openResponseStore = (limits: ResponseLimits = defaults, now: () => number = Date.now) => {
  const all = new Map<string, Stored & {at: number; characters: number}>()

  const forgetOld = (owner: string): void => {
    const done = [...all.values()].filter(({stop}) => !stop)
    let own = done.filter(each => each.owner === owner).length
    let characters = done.reduce((sum, each) => sum + each.characters, 0)
    for (const each of done) {
      const isTooMany = each.owner === owner && own > limits.perPerson
      if (each.at > now() - limits.ms && !isTooMany && characters <= limits.characters) continue
      all.delete(each.response.id)
      characters -= each.characters
      if (each.owner === owner) own--
    }
  }

  return {
    /** Keeps it, or what has become of it. */
    put(stored: Stored): void {
      const characters = JSON.stringify([stored.response, stored.messages]).length
      all.set(stored.response.id, {...stored, at: now(), characters})
      forgetOld(stored.owner)
    },
    /** @throws CONVERSATION_UNKNOWN (also where it is another person's) */
    get(owner: string, id: string, param: 'response_id' | 'previous_response_id' = 'response_id'): Stored {
      forgetOld(owner)
      const found = all.get(id)
      if (found?.owner === owner) return found
      const fault = param === 'response_id' ? 'not_found' : 'previous_response_not_found'
      const message = `There is no response ${id}; responses are kept for a day at most.`
      throw refusal(message, {param, fault}, 'CONVERSATION_UNKNOWN')
    },
    /** Whether it is still kept. */
    has: (id: string): boolean => all.has(id),
    remove: (id: string): void => void all.delete(id),
  }
}

export type ResponseStore = ReturnType<typeof openResponseStore>
