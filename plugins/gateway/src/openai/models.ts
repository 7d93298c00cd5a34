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

/** What can be asked here, by the names it goes by; the last ones are aliases. */
export const servedModels = (
  {model, embedder, stt, tts}: Engines,
  aliases: ReadonlyMap<string, string>,
): ServedModel[] => {
  const models: ServedModel[] = [
    {id: june, kind: 'june'},
    ...(model ? [{id: modelId(model.info.model), kind: 'chat' as const}] : []),
    ...(embedder ? [{id: embeddingId(embedder.model, model?.info.model), kind: 'embedding' as const}] : []),
    ...audioModels({stt, tts}),
  ]
  const aliased = [...aliases].flatMap(([id, target]) => {
    const meant = models.find(model => model.id === target)
    return meant ? [{...meant, id}] : []
  })
  return [...models, ...aliased]
}

/** Its own name, also where both are mocks of one name. */
const embeddingId = (name: string, chat: string | undefined): string =>
  modelId(name) === modelId(chat ?? '') ? `${modelId(name)}-embedding` : modelId(name)

/**
 * The model a request names.
 * @param options.kinds those that can do what is asked
 * @throws MODEL_UNKNOWN (names those there are)
 */
export const namedModel = (
  engines: Engines,
  name: string,
  {kinds, aliases}: {kinds: readonly ModelKind[]; aliases: ReadonlyMap<string, string>},
): ServedModel => {
  const models = servedModels(engines, aliases)
  const fitting = models.filter(({kind}) => kinds.includes(kind))
  const found = fitting.find(({id}) => id === name)
  if (found) return found
  const there = fitting.length > 0 ? `there is ${fitting.map(({id}) => id).join(', ')}` : 'none is installed for it'
  const what = models.some(({id}) => id === name) ? `The model "${name}" cannot do this` : `There is no model "${name}"`
  throw refusal(`${what}; ${there}.`, {param: 'model'}, 'MODEL_UNKNOWN')
}
