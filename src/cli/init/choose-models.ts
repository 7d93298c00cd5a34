import type {Origin} from '../../config/origin.ts'
import type {Settings} from '../../config/schema.ts'
import {readableBytes} from '../../kit/byte-size.ts'
import {isEssenceError} from '../../kit/errors.ts'
import {requireSpace} from '../../models/cache/disk.ts'
import {modelStore} from '../../models/cache/store.ts'
import {requiredFor} from '../../models/catalogue/catalogue.ts'
import type {ProfileName} from '../../models/catalogue/entry.ts'
import type {HubAccess} from '../../models/hub/hub-request.ts'
import {measureRate} from '../../models/hub/measure-rate.ts'
import {ask, isYes} from '../ask.ts'
import {statusLine} from '../status-line.ts'
import {askModels} from '../up/models/ask-models.ts'
import {type Choice, readChoice} from '../up/models/choice.ts'
import {hasModels, missingBytes, offersHere} from '../up/models/decide.ts'
import {nothingWritten} from './ask-step.ts'

/** Which models June is to run on, and when they come. */
export interface ModelsAnswer {
  /** Null: none, or what the settings name by themselves. */
  profile: ProfileName | null
  /** `own`: what other settings name, or somebody installed. */
  state: 'installed' | 'missing' | 'own' | 'none'
  /** Bytes still to be downloaded, about. */
  missingBytes: number
  /** Download them now; otherwise `essence up` does, while June runs. */
  download: boolean
  /** It was answered now. */
  isNew: boolean
}

export interface ModelsQuestion {
  settings: Settings
  origins: Readonly<Record<string, Origin>>
  /** `--models` */
  models: Choice['models'] | undefined
  /** `--download`, `--no-download` */
  download: boolean | undefined
  /** Ask again what was answered before. */
  again: boolean
  canAsk: boolean
  yes: boolean
  hub: HubAccess | undefined
  note: (line: string) => void
}

const nothing = {profile: null, missingBytes: 0, download: false, isNew: false} as const

/** What is known without a question; undefined where somebody has to choose. */
const known = async ({
  settings,
  origins,
  models,
  again,
}: ModelsQuestion): Promise<Choice['models'] | 'own' | undefined> => {
  if (models !== undefined) return models
  if (again) return undefined
  const remembered = await readChoice(settings.JUNE_DATA_DIR)
  if (remembered && !remembered.installed) return remembered.models
  if (await hasModels({settings, origins})) return 'own'
  return settings.MODEL_PROFILE === 'auto' ? undefined : settings.MODEL_PROFILE
}

/** Flags that have to be given where nobody can be asked; none where all is known. */
export const missingModelFlags = async (question: ModelsQuestion): Promise<string[]> => {
  const models = await known(question)
  if (models === undefined) return ['--models PROFILE, or none', ...whenFlag(question)]
  if (models === 'own' || models === 'none' || (await isRemembered(question, models))) return []
  return (await missingBytes(models, question.settings)) > 0 ? whenFlag(question) : []
}

const whenFlag = ({download, models}: ModelsQuestion): string[] =>
  download === undefined && models !== 'none' ? ['--download, or --no-download'] : []

/** Whether this was answered at an earlier time: then it is not asked when. */
const isRemembered = async ({settings, again}: ModelsQuestion, models: ProfileName): Promise<boolean> =>
  !again && (await readChoice(settings.JUNE_DATA_DIR))?.models === models

/**
 * Decides which models June is to run on, and whether they are downloaded now; asks a person where it has to.
 * @throws DISK_FULL where what is to be downloaded now does not fit; CANCELLED
 */
export const chooseModels = async (question: ModelsQuestion): Promise<ModelsAnswer> => {
  const {settings, origins, download} = question
  const given = await known(question)
  if (given === 'own') return {...nothing, state: 'own'}
  const hub = hubOnce(question)
  const models = given ?? (await choose(question, hub))
  if (models === undefined) return {...nothing, state: 'none'}
  const before = (await readChoice(settings.JUNE_DATA_DIR))?.models
  const isNew = models !== before || (models !== 'none' && origins['MODEL_PROFILE']?.kind !== 'file')
  if (models === 'none') return {...nothing, state: 'none', isNew}
  const missing = await missingBytes(models, settings)
  if (missing === 0) return {profile: models, state: 'installed', missingBytes: 0, download: false, isNew}
  const wanted = download ?? (await isForNow(question, {models, missing, hub}))
  if (wanted) await requireSpace(modelStore(settings).root, missing)
  return {profile: models, state: 'missing', missingBytes: missing, download: wanted, isNew}
}

/** Whether to download now, where no flag says so: that is recommended, where the hub can be reached. */
const isForNow = async (
  question: ModelsQuestion,
  {models, missing, hub}: {models: ProfileName; missing: number; hub: HubOnce},
): Promise<boolean> => {
  if (!question.yes && (!question.canAsk || (await isRemembered(question, models)))) return false
  if ((await hub(models)) === 'unreachable') return false
  if (question.yes) return true
  const size = readableBytes(missing)
  const answer = await ask(`Download ${size} now? Otherwise essence up does, while June runs. [Y/n] `, nothingWritten)
  return answer === undefined || answer === '' || isYes(answer)
}

/** By a person, or what is recommended; undefined where nothing fits. */
const choose = async ({settings, yes, note}: ModelsQuestion, hub: HubOnce): Promise<Choice['models'] | undefined> => {
  const here = await offersHere(settings, note)
  if (!here) return undefined
  const {machine, offers, usual, root, free} = here
  if (yes) return usual.profile
  const rate = await hub(usual.profile)
  return askModels(offers, {
    ...{machine, note, refused: nothingWritten, rate: rate === 'unreachable' ? undefined : rate},
    question: `June is a demonstration until real models are here. Which are to be downloaded? ${readableBytes(free)} are free in ${root}.`,
  })
}

/** Bytes a second that the hub sends; undefined where they could not be measured. Says what is in the way. */
type HubOnce = (profile: ProfileName) => Promise<number | 'unreachable' | undefined>

/** Looks at the hub once, by a file of the first profile that is asked about. */
const hubOnce = ({hub, canAsk, note}: ModelsQuestion): HubOnce => {
  let measured: ReturnType<HubOnce> | undefined
  const measure: HubOnce = async profile => {
    const [entry] = requiredFor(profile)
    if (!hub || !entry) {
      note('HF_HUB_OFFLINE is set: nothing is downloaded.')
      return 'unreachable'
    }
    const line = canAsk ? statusLine() : undefined
    line?.show(`measuring how fast ${hub.endpoint.host} sends …`)
    try {
      return await measureRate(hub, entry).finally(() => line?.clear())
    } catch (error) {
      if (!isEssenceError(error)) return undefined
      const why = error.code === 'CANCELLED' ? `${hub.endpoint.host} does not answer.` : error.message
      note(`\n${why} Nothing is downloaded now; essence up does it once that works.`)
      return 'unreachable'
    }
  }
  return profile => {
    measured ??= measure(profile)
    return measured
  }
}
