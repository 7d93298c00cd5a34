import {EssenceError} from '../../kit/errors.ts'
import {nearest} from '../../kit/nearest.ts'
import {catalogue, entriesNamed} from './catalogue.ts'
import {allowedName, type ModelEntry, type ProfileName, profileNames} from './entry.ts'

/** Fewer letters are part of too many names to mean one. */
const shortestPart = 4

/** `whisper` of `whisper-small-q5_1`. */
const familyOf = ({id}: ModelEntry): string => id.split('-')[0] ?? id

/** Entries whose id or an alias of theirs has the name in it; of a family its members alone. */
const entriesWith = (name: string): ModelEntry[] => {
  const part = name.toLowerCase()
  if (part.length < shortestPart) return []
  const family = catalogue.filter(entry => familyOf(entry) === part)
  if (family.length > 0) return family
  return catalogue.filter(({id, aliases}) => [id, ...aliases].some(each => each.toLowerCase().includes(part)))
}

/** What a name may mean on a machine; `one` where that is clear. */
const meantBy = (name: string, profile: ProfileName | undefined): {one?: ModelEntry; candidates: ModelEntry[]} => {
  const inProfile = (entry: ModelEntry): boolean => profile !== undefined && entry.profiles.includes(profile)
  const exact = entriesNamed(name)
  const candidates = exact.length > 0 ? exact : entriesWith(name)
  const [first] = candidates
  if (!first) return {candidates}
  const isOneModel = first.aliases.some(alias => candidates.every(({aliases}) => aliases.includes(alias)))
  if (exact.length > 0 || candidates.length === 1 || isOneModel)
    return {one: candidates.find(inProfile) ?? first, candidates}
  const [one, ...others] = candidates.filter(entry => inProfile(entry) && entry.kind !== 'embedding')
  return one && others.length === 0 && familyOf(one) === name.toLowerCase() ? {one, candidates} : {candidates}
}

/**
 * The entry to download for a name: an id, an alias, a family, or a part of one of these. Where several share an alias it
 * is the one of the profile, else the first; of a family it is what the profile uses.
 * @throws MODEL_UNKNOWN with the nearest name; USAGE with the candidates where it may mean several
 */
export const entryNamed = (name: string, profile?: ProfileName): ModelEntry => {
  const {one, candidates} = meantBy(name, profile)
  if (one) return one
  throw candidates.length > 0 ? ambiguous(name, candidates) : unknown(name)
}

/** Whether `essence models download NAME` is clear on every machine. */
export const isClear = (name: string): boolean => profileNames.every(profile => meantBy(name, profile).one)

const mostCandidates = 8

const ambiguous = (name: string, candidates: readonly ModelEntry[]): EssenceError => {
  const more = candidates.length - mostCandidates
  return new EssenceError('USAGE', `"${name}" may mean any of ${candidates.length} models.`, {
    suggestions: [
      ...candidates.slice(0, mostCandidates).map(({id}) => `essence models download ${id}`),
      ...(more > 0 ? [`See the other ${more}: essence models list`] : []),
    ],
  })
}

const unknown = (name: string): EssenceError => {
  const names = catalogue.flatMap(entry => [familyOf(entry), entry.id, ...entry.aliases])
  const meant = nearest(name, names)
  const allow = [name, `${name}@main`].find(each => allowedName.test(each)) ?? 'organisation/name@revision'
  return new EssenceError('MODEL_UNKNOWN', `"${name}" is not in the catalogue of models.`, {
    suggestions: [
      ...(meant ? [`Did you mean: essence models download ${meant}`] : []),
      'See all models: essence models list',
      'Everything this machine needs: essence models download --all',
      `For a repository outside the catalogue: essence models download --allow ${allow}`,
    ],
  })
}
