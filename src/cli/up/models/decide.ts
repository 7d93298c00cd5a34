import {inspectMachine} from '../../../compute/machine.ts'
import type {Origin} from '../../../config/origin.ts'
import type {Settings} from '../../../config/schema.ts'
import {readableBytes} from '../../../kit/byte-size.ts'
import {EssenceError, isEssenceError, messageOf} from '../../../kit/errors.ts'
import {nearest} from '../../../kit/nearest.ts'
import {freeBytes, requireSpace} from '../../../models/cache/disk.ts'
import {takeInventory} from '../../../models/cache/inventory.ts'
import {modelStore} from '../../../models/cache/store.ts'
import {requiredFor} from '../../../models/catalogue/catalogue.ts'
import type {ModelKind, ProfileName} from '../../../models/catalogue/entry.ts'
import {chooseProfile} from '../../../models/download/choose.ts'
import {estimateDownload} from '../../../models/download/estimate.ts'
import type {HubAccess} from '../../../models/hub/hub-request.ts'
import {measureRate} from '../../../models/hub/measure-rate.ts'
import {askModels} from './ask-models.ts'
import {type Choice, choices, readChoice, writeChoice} from './choice.ts'
import {type Offer, offersFor} from './offers.ts'

export interface Decision {
  settings: Settings
  origins: Readonly<Record<string, Origin>>
  /** `--models` */
  models: string | undefined
  /** `--yes` */
  yes: boolean
  /** A person can be asked. */
  canAsk: boolean
  hub: HubAccess | undefined
  note: (line: string) => void
}

/** Who sets one of these has chosen already what June runs on. */
const own = ['STT_MODEL', 'MODEL_NAME', 'TTS_MODEL', 'STT_URL', 'TTS_URL', 'JUNE_TEST_MODE', 'INFERENCE_MODE']

const how = 'June is a demonstration. For real models: essence up --models light'

/** @throws USAGE for a name that is no profile */
const checkName = (name: string): Choice['models'] => {
  const known = choices.find(each => each === name)
  if (known) return known
  const meant = nearest(name, choices)
  throw new EssenceError('USAGE', `--models "${name}": expected ${choices.join(', ')}.`, {
    suggestions: meant ? [`Did you mean: essence up --models ${meant}`] : [],
  })
}

/**
 * Decides which models are to be downloaded while June runs; asks a person once.
 * @returns the profile whose models are to come; undefined where none are, or all are here
 * @throws USAGE, DISK_FULL for what was asked for by flag; CANCELLED for Ctrl-C at the question
 */
export const decideModels = async (decision: Decision): Promise<ProfileName | undefined> => {
  const {settings, models: asked, yes, note} = decision
  const named = asked === undefined ? undefined : checkName(asked)
  const remembered = await readChoice(settings.JUNE_DATA_DIR)
  if (named === undefined && !(yes && remembered?.models === 'none')) {
    if (remembered)
      return remembered.models === 'none' || remembered.installed
        ? undefined
        : await ifRoom(remembered.models, decision)
    if (await hasModels(decision)) return undefined
  }
  const models = named ?? (await choose(decision))
  if (models === undefined) return undefined
  await writeChoice(settings.JUNE_DATA_DIR, {models, installed: false}).catch(error => {
    note(`The answer cannot be remembered: ${messageOf(error)}`)
  })
  if (models === 'none') return undefined
  const missing = await missingBytes(models, settings)
  if (missing > 0) await requireSpace(modelStore(settings).root, missing)
  return missing > 0 ? models : undefined
}

/** Of an earlier answer: a full disk is no reason not to start. */
const ifRoom = async (profile: ProfileName, {settings, note}: Decision): Promise<ProfileName | undefined> => {
  const missing = await missingBytes(profile, settings)
  if (missing === 0) return undefined
  try {
    await requireSpace(modelStore(settings).root, missing)
    return profile
  } catch (error) {
    if (!isEssenceError(error)) throw error
    note(`The models of ${profile} are not downloaded: ${error.message} June stays a demonstration.`)
    return undefined
  }
}

/** What a profile still lacks, about. */
export const missingBytes = async (profile: ProfileName, settings: Settings): Promise<number> => {
  const {done} = await estimateDownload(requiredFor(profile), {store: modelStore(settings), hub: undefined})
  return done.flatMap(({files}) => files).reduce((sum, {size, here}) => sum + size - here, 0)
}

/** Kinds that answer nothing by themselves. */
const beside = new Set<ModelKind>(['vad', 'embedding'])

/** Whether somebody has real models already, or has chosen what June runs on. */
export const hasModels = async ({settings, origins}: Pick<Decision, 'settings' | 'origins'>): Promise<boolean> => {
  if (own.some(name => !['default', 'unset'].includes(origins[name]?.kind ?? 'unset'))) return true
  const rows = await takeInventory(modelStore(settings), {memoryBytes: 0, cores: 0})
  return rows.some(({entry, installed}) => installed !== undefined && !beside.has(entry.kind))
}

/** By a person, or what is recommended; undefined where there is nobody to ask or nothing to choose. */
const choose = async (decision: Decision): Promise<Choice['models'] | undefined> => {
  const {settings, yes, canAsk, hub, note} = decision
  if (!yes && !canAsk) {
    note(how)
    return undefined
  }
  const here = await offersHere(settings, note)
  if (!here) return undefined
  const {machine, offers, usual} = here
  if (yes) return usual.profile
  const rate = await rateOf(usual, hub, note)
  if (rate === 'unreachable') return undefined
  return askModels(offers, {machine, rate, note})
}

/** What this machine can run, and what is recommended; undefined where nothing fits, which is said. */
export const offersHere = async (settings: Settings, note: (line: string) => void) => {
  const {root} = modelStore(settings)
  const [machine, free] = await Promise.all([inspectMachine(), freeBytes(root)])
  const {name} = await chooseProfile(settings, machine)
  const offers = offersFor(machine, free, name)
  const usual = offers.find(({recommended}) => recommended)
  if (usual) return {machine, offers, usual, root, free}
  note(`No models fit: ${readableBytes(free)} are free in ${root}. June stays a demonstration.`)
  return undefined
}

/** Bytes a second; undefined where they could not be measured. Says what is in the way. */
const rateOf = async (
  {profile}: Offer,
  hub: HubAccess | undefined,
  note: Decision['note'],
): Promise<number | 'unreachable' | undefined> => {
  const [entry] = requiredFor(profile)
  if (!hub || !entry) {
    note('HF_HUB_OFFLINE is set: no models are downloaded. June stays a demonstration.')
    return 'unreachable'
  }
  try {
    return await measureRate(hub, entry)
  } catch (error) {
    if (!isEssenceError(error)) return undefined
    const why = error.code === 'CANCELLED' ? `${hub.endpoint.host} does not answer.` : error.message
    note(`${why} June stays a demonstration; essence up asks again at its next start.`)
    return 'unreachable'
  }
}
