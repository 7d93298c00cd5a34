import {embeddingModels, languageModels} from './catalogue-language.ts'
import {piperVoices} from './catalogue-piper.ts'
import {detectors, recognizers, voices} from './catalogue-speech.ts'
import type {ModelEntry, ModelKind, ProfileName} from './entry.ts'

/**
 * Every model Essence downloads. A repository that is not listed is reached only by `--allow`.
 * Each row says when it was compared with what is published, and what of it could not be seen on the hub itself; the
 * hub gives sizes and digests at download, and models.lock.json keeps them.
 */
export const catalogue: readonly ModelEntry[] = [
  ...recognizers,
  ...languageModels,
  ...voices,
  ...piperVoices,
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

/** What `--all` installs for a profile. */
export const requiredFor = (profile: ProfileName): ModelEntry[] =>
  catalogue.filter(({profiles}) => profiles.includes(profile))
