import {refusal} from '../../openai/errors.ts'
import {newId} from '../ids.ts'
import type {WantedItem} from './item-shape.ts'

type Status = 'completed' | 'incomplete' | 'in_progress'

export type Content =
  | {type: 'input_text'; text: string}
  | {type: 'input_audio'; transcript: string | null}
  | {type: 'output_text'; text: string}
  | {type: 'output_audio'; transcript: string}

export type Item = {id: string; status: Status} & (
  | {
      type: 'message'
      role: 'user' | 'assistant' | 'system'
      content: Content[]
      /** The person went on before anything of it was heard: it counts as never said. */
      isWithdrawn?: boolean
    }
  | {type: 'function_call'; call_id: string; name: string; arguments: string}
  | {type: 'function_call_output'; call_id: string; output: string}
)

/** Items kept of a conversation; of one that goes on, the oldest are forgotten. */
const maxItems = 2000

export const itemOf = (wanted: WantedItem): Item => {
  const common = {id: wanted.id ?? newId('item'), status: 'completed' as const}
  if (wanted.type === 'function_call') {
    const {name, arguments: given, call_id = newId('call')} = wanted
    return {...common, type: 'function_call', call_id, name, arguments: given}
  }
  if (wanted.type === 'function_call_output') {
    const {call_id, output} = wanted
    return {...common, type: 'function_call_output', call_id, output}
  }
  const content = wanted.content.map(({type, ...rest}): Content => {
    const text = 'text' in rest ? rest.text : rest.transcript
    return (type === 'input_text' || type === 'output_text' ? {type, text} : {type, transcript: text}) as Content
  })
  return {...common, type: 'message', role: wanted.role, content}
}

/** As a client is shown it. Sound is not kept. */
export const shownItem = (item: Item): object => {
  if (item.type !== 'message') return {object: 'realtime.item', ...item}
  const {isWithdrawn: _, content, ...rest} = item
  return {object: 'realtime.item', ...rest, content: content.map(part => ({...part}))}
}

/** What is written or said in a message. */
export const textOf = ({content}: Extract<Item, {type: 'message'}>): string =>
  content.map(part => ('text' in part ? part.text : (part.transcript ?? ''))).join('')

/** The items of a conversation, in order. */
export class Items {
  readonly #items: Item[] = []

  get all(): readonly Item[] {
    return this.#items
  }

  /**
   * @param after the item it follows; `root`: it is the first; undefined: it is the last
   * @returns the id of the one before it
   * @throws USAGE (there is one of that id, or none it could follow)
   */
  add(item: Item, after?: string): string | null {
    if (this.#items.some(({id}) => id === item.id)) {
      throw refusal(`There is an item ${item.id} already.`, {param: 'item.id', fault: 'item_create_duplicate_id'})
    }
    const at = after === undefined ? this.#items.length : after === 'root' ? 0 : this.#at(after, 'previous_item_id') + 1
    this.#items.splice(at, 0, item)
    if (this.#items.length > maxItems) this.#items.shift()
    return this.before(item)
  }

  before(item: Item): string | null {
    return this.#items[this.#items.indexOf(item) - 1]?.id ?? null
  }

  /** @throws USAGE */
  get(id: string): Item {
    return this.#items[this.#at(id, 'item_id')] as Item
  }

  /** @throws USAGE */
  remove(id: string): void {
    this.#items.splice(this.#at(id, 'item_id'), 1)
  }

  /** What the person, or the client for them, has given since the last answer. */
  get unanswered(): readonly Item[] {
    const last = this.#items.findLastIndex(
      item =>
        item.type === 'function_call' || (item.type === 'message' && item.role === 'assistant' && !item.isWithdrawn),
    )
    return this.#items.slice(last + 1)
  }

  #at(id: string, param: string): number {
    const at = this.#items.findIndex(item => item.id === id)
    if (at >= 0) return at
    throw refusal(`There is no item ${id.slice(0, 64)} in this conversation.`, {param, fault: 'item_not_found'})
  }
}
