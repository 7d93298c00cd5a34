import {nearest} from '../kit/nearest.ts'
import {catalogue, entriesNamed} from '../models/catalogue/catalogue.ts'
import {downloadCommand} from '../models/catalogue/download-command.ts'
import type {ModelEntry, ModelKind} from '../models/catalogue/entry.ts'

/** The command that installs models for people, as every door quotes it. */
export const installCommand = 'essence models download --all'

const does: Record<ModelKind, string> = {
  stt: 'listens',
  llm: 'answers',
  tts: 'speaks',
  vad: 'hears where speech begins and ends',
  embedding: 'finds what means alike',
}

/** What to do about a model that a setting names and that is not here. */
export const installAdvice = (kind: ModelKind, name: string): string => {
  if (entriesNamed(name, kind).length > 0) return `Download it: ${downloadCommand([name])}`
  const meant = meantBy(name, row => row.kind === kind)
  if (meant) return `Did you mean ${meant}? Download it: ${downloadCommand([meant])}`
  const [other] = catalogue.filter(row => namesOf(row).includes(meantBy(name, () => true) ?? ''))
  const why = other ? `${name} ${does[other.kind]}; one that ${does[kind]} is needed. ` : ''
  return `${why}See which models there are: essence models list --kind ${kind}`
}

/** Ids of the three smallest models of a kind. */
export const smallModels = (kind: ModelKind): string[] =>
  catalogue
    .filter(row => row.kind === kind)
    .toSorted((a, b) => a.memoryBytes - b.memoryBytes)
    .slice(0, 3)
    .map(({id}) => id)

const namesOf = ({id, aliases}: ModelEntry): string[] => [id, ...aliases]

/** A name of the catalogue that was written wrongly, or of which only the beginning was written. */
const meantBy = (name: string, isWanted: (row: ModelEntry) => boolean): string | undefined => {
  const names = catalogue.filter(isWanted).flatMap(namesOf)
  return nearest(name, names) ?? names.find(each => each.toLowerCase().startsWith(name.toLowerCase()))
}

/** The models of the catalogue that are called so, or have a voice that is. */
export const modelsWithVoice = (voice: string): ModelEntry[] => {
  const fileOf = (path: string): string => (path.split('/').at(-1) ?? path).replace(/(\.bin|\.onnx)$/, '')
  const has = ({files}: ModelEntry): boolean => files.some(({path}) => fileOf(path) === voice)
  return [...entriesNamed(voice, 'tts'), ...catalogue.filter(row => row.kind === 'tts' && has(row))]
}

/** The model to download for a voice that none of the engines here has; undefined where the catalogue knows no such voice. */
export const voiceAdvice = (voice: string): string | undefined => {
  const [entry] = modelsWithVoice(voice)
  return entry && `It comes with a model: ${downloadCommand([entry.aliases.at(-1) ?? entry.id])}`
}
