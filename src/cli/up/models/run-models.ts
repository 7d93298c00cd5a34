import type {Settings} from '../../../config/schema.ts'
import {messageOf} from '../../../kit/errors.ts'
import type {ProfileName} from '../../../models/catalogue/entry.ts'
import type {HubAccess} from '../../../models/hub/hub-request.ts'
import type {ComingModels} from '../../../service/supervisor-message.ts'
import type {StatusLine} from '../../status-line.ts'
import {bringModels} from './bring-models.ts'
import {writeChoice} from './choice.ts'
import type {ModelExchange, Reopened} from './exchange.ts'
import {progressNews, progressText} from './progress-text.ts'

export interface ModelsRun {
  profile: ProfileName
  settings: Settings
  hub: HubAccess | undefined
  /** Services that have to open the models; the others use those that are `first`. */
  services: readonly {name: string; first: boolean}[]
  exchange: ModelExchange
  /** Where progress is written over again and again; undefined where it is told in lines. */
  status: StatusLine | undefined
  /** A line about the models. */
  tell: (text: string, level?: 'warning') => void
  /** June runs on them, as far as they can be opened. */
  onChanged: (reopened: Reopened) => void
  signal: AbortSignal
}

/** Downloads the models of a profile and has the services change to them. Never rejects: June goes on as it is. */
export const runModels = async (run: ModelsRun): Promise<void> => {
  const {profile, settings, hub, services, exchange, status, tell, onChanged, signal} = run
  const news = progressNews()
  const onChange = (models: ComingModels): void => {
    exchange.show(models)
    if (models.state === 'failed') {
      status?.clear()
      tell(`The models of ${profile} did not come: ${models.reason} June stays a demonstration.`, 'warning')
    } else if (models.state === 'downloading') {
      if (status) status.show(`models of ${profile}: ${progressText(models)}`)
      const line = status ? undefined : news(models)
      if (line) tell(`${profile}: ${line}`)
    }
  }
  try {
    tell(`The models of ${profile} are downloaded while June runs.`)
    if (!(await bringModels({profile, settings, hub, onChange, signal}))) return
    status?.clear()
    tell(`The models of ${profile} are here; June changes to them.`)
    exchange.show({state: 'opening', profile})
    await writeChoice(settings.JUNE_DATA_DIR, {models: profile, installed: true}).catch(() => {})
    const names = (first: boolean): string[] => services.filter(each => each.first === first).map(({name}) => name)
    // A channel asks the engines it uses what they are: those go first.
    const engines = await exchange.reopen(names(true))
    const channels = await exchange.reopen(names(false))
    const kept = [...engines.kept, ...channels.kept]
    const reason = kept.map(({reason}) => reason).join(' ')
    exchange.show(kept.length > 0 ? {state: 'failed', profile, reason} : undefined)
    if (!signal.aborted) onChanged({changed: [...engines.changed, ...channels.changed], kept})
  } catch (error) {
    exchange.show({state: 'failed', profile, reason: messageOf(error)})
    tell(messageOf(error), 'warning')
  } finally {
    status?.clear()
  }
}
