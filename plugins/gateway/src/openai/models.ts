import type {Engines} from '@essence/core/engines/open'
import {type AudioModelKind, audioModels} from '../openai-audio/models.ts'
import {refusal} from './errors.ts'
import {modelId} from './model-id.ts'

/** `chat`: answers of the bare model; `june`: hers; the others are what they do. */
export type ModelKind = 'chat' | 'june' | 'embedding' | AudioModelKind

export interface ServedModel {
  id: string
  kind: ModelKind
}

/** June with her memory, her tools and the person's documents. */
export const june = 'june'

/** What can be asked here, by the names it goes by. */
export const servedModels = ({model, embedder, stt, tts}: Engines): ServedModel[] => [
  {id: june, kind: 'june'},
  ...(model ? [{id: modelId(model.info.model), kind: 'chat' as const}] : []),
  ...(embedder ? [{id: embeddingId(embedder.model, model?.info.model), kind: 'embedding' as const}] : []),
  ...audioModels({stt, tts}),
]

/** Its own name, also where both are mocks of one name. */
const embeddingId = (name: string, chat: string | undefined): string =>
  modelId(name) === modelId(chat ?? '') ? `${modelId(name)}-embedding` : modelId(name)

/**
 * The model a request names.
 * @param kinds those that can do what is asked
 * @throws MODEL_UNKNOWN (names those there are)
 */
export const namedModel = (engines: Engines, name: string, kinds: readonly ModelKind[]): ServedModel => {
  const models = servedModels(engines)
  const found = models.find(({id}) => id === name)
  if (found && kinds.includes(found.kind)) return found
  const fitting = models.filter(({kind}) => kinds.includes(kind)).map(({id}) => id)
  const there = fitting.length > 0 ? `there is ${fitting.join(', ')}` : 'none is installed for it'
  const what = found ? `The model "${name}" cannot do this` : `There is no model "${name}"`
  throw refusal(`${what}; ${there}.`, {param: 'model'}, 'MODEL_UNKNOWN')
}
