import {EssenceError} from '../../kit/errors.ts'
import {nearest} from '../../kit/nearest.ts'
import {embeddingModels, languageModels} from './catalogue-language.ts'
import {detectors, recognizers, voices} from './catalogue-speech.ts'
import type {ModelEntry, ModelKind, ProfileName} from './entry.ts'

/**
 * Every model Essence downloads. A repository that is not listed is reached only by `--allow`.
 * File names were seen in public sources; the hub gives the exact sizes and digests at download, and
 * models.lock.json keeps them. What is uncertain about a row stands in its `note`.
 */
export const catalogue: readonly ModelEntry[] = [
  ...recognizers,
  ...languageModels,
  ...voices,
  ...detectors,
  ...embeddingModels,
]

/** What a name stands for: an id, or an alias several entries may share, best first. Upper and lower case are the same. */
export const entriesNamed = (name: string, kind?: ModelKind): ModelEntry[] => {
  const wanted = name.toLowerCase()
  return catalogue.filter(
    entry =>
      (kind === undefined || entry.kind === kind) &&
      (entry.id === wanted || entry.aliases.some(alias => alias.toLowerCase() === wanted)),
  )
}

/**
 * The entry to download for a name: where several share it, the one that fits the profile, else the first.
 * @throws MODEL_UNKNOWN with the nearest id
 */
export const entryNamed = (name: string, profile?: ProfileName): ModelEntry => {
  const found = entriesNamed(name)
  const [first] = found
  if (first !== undefined) return found.find(entry => profile && entry.profiles.includes(profile)) ?? first
  const meant = nearest(
    name,
    catalogue.flatMap(({id, aliases}) => [id, ...aliases]),
  )
  throw new EssenceError('MODEL_UNKNOWN', `"${name}" is not in the catalogue of models.`, {
    suggestions: [
      ...(meant ? [`Did you mean ${meant}?`] : []),
      'See all models: essence models list',
      'For another repository: essence models download --allow organisation/name@revision',
    ],
  })
}

/** What `--all` installs for a profile. */
export const requiredFor = (profile: ProfileName): ModelEntry[] =>
  catalogue.filter(({profiles}) => profiles.includes(profile))
