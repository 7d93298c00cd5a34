import {inspectMachine, type Machine} from '../../compute/machine.ts'
import type {Settings} from '../../config/schema.ts'
import {EssenceError} from '../../kit/errors.ts'
import {keptFits} from '../bench-file.ts'
import {catalogue, requiredFor} from '../catalogue/catalogue.ts'
import {allowedName, type ModelEntry, type ModelKind, type ProfileName, revisionName} from '../catalogue/entry.ts'
import {entryNamed} from '../catalogue/entry-named.ts'
import {type ChosenProfile, suitableProfile} from '../catalogue/suitable-profile.ts'
import {allowedModel} from './plan.ts'
import type {Wanted} from './plan-model.ts'

/** The reason of a profile that somebody named. */
export const chosen = 'chosen'

/** The profile somebody named, else the one this machine is made for, by what `essence bench` measured on it where it did. */
export const chooseProfile = async (settings: Settings, inspected?: Machine): Promise<ChosenProfile> => {
  const named = settings.MODEL_PROFILE
  if (named !== 'auto') return {name: named, reason: chosen}
  const machine = inspected ?? (await inspectMachine())
  return suitableProfile(machine, await keptFits(settings, machine))
}

export interface Choice {
  /** Ids, aliases, families or parts of these. */
  models?: readonly string[]
  /** Every model the profile requires. */
  all?: boolean
  /** Only models of this kind. */
  kind?: ModelKind | undefined
  /** `organisation/name@revision`, outside the catalogue. */
  allow?: readonly string[]
  profile: ProfileName
}

/** @throws USAGE unless it says repository and revision */
const parseAllow = (text: string): Wanted => {
  const [, repo, revision = ''] = allowedName.exec(text) ?? []
  if (repo === undefined || !revisionName.safeParse(revision).success) {
    throw new EssenceError('USAGE', `--allow "${text}": expected organisation/name@revision.`, {
      suggestions: ['A revision is a branch (main), a tag or, safest, a commit.'],
    })
  }
  return allowedModel(repo, revision)
}

/**
 * The models somebody asked for, each once.
 * @throws MODEL_UNKNOWN; USAGE when nothing was asked for, or a name may mean several
 */
export const chooseModels = ({models = [], all = false, kind, allow = [], profile}: Choice): Wanted[] => {
  const ofKind = (entry: ModelEntry) => kind === undefined || entry.kind === kind
  const named = models.map(name => entryNamed(name, profile))
  const required = all || (kind !== undefined && models.length === 0) ? requiredFor(profile).filter(ofKind) : []
  const asked: Wanted[] = [...required, ...named, ...allow.map(parseAllow)]
  if (asked.length > 0) return [...new Map(asked.map(model => [model.id, model])).values()]
  throw new EssenceError('USAGE', 'Nothing was chosen to download.', {
    suggestions: [
      'Everything this machine needs: essence models download --all',
      'One model by its name: essence models download kokoro',
      `See the ${catalogue.length} models there are: essence models list`,
    ],
  })
}
