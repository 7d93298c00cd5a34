import {refusal} from '../../openai/errors.ts'
import {june, type ServedModel} from '../../openai/models.ts'
import {shaped} from '../client-event.ts'
import {itemShape, referenceShape, type WantedItem} from './item-shape.ts'
import {type Item, type Items, itemOf} from './items.ts'

/** An item that a client makes. @throws USAGE (June, who keeps the conversation herself, takes only what the person says) */
export const madeItem = (wanted: WantedItem, {kind}: ServedModel): Item => {
  if (kind === 'june' && !(wanted.type === 'message' && wanted.role === 'user')) {
    const what = wanted.type === 'message' ? `messages of the ${wanted.role}` : `items of the type ${wanted.type}`
    const message = `The model ${june} keeps the conversation herself and takes no ${what}, only the user's. Ask the language model by its own name for that (GET /v1/models).`
    throw refusal(message, {
      param: wanted.type === 'message' ? 'item.role' : 'item.type',
      fault: 'unsupported_parameter',
    })
  }
  return itemOf(wanted)
}

/** What one response is to read in place of the conversation. @throws USAGE */
export const itemsOf = (input: readonly unknown[], items: Items): Item[] =>
  input.map((given, at) => {
    const isReference = (given as {type?: unknown} | null)?.type === 'item_reference'
    const path = ['response', 'input', String(at)]
    return isReference ? items.get(shaped(referenceShape, given, path).id) : itemOf(shaped(itemShape, given, path))
  })
