import type {SupervisorEvent} from '../../../service/supervisor.ts'
import type {ComingModels, ServiceSummary, SupervisorOrder} from '../../../service/supervisor-message.ts'

interface Waiting {
  /** Its process began after the order, so that it opens what is installed by itself. */
  isNew: boolean
  done: (outcome: Partial<Reopened>) => void
}

export interface Reopened {
  /** What those say of themselves that run on the models. */
  changed: ServiceSummary[]
  /** Why others do not. */
  kept: {name: string; reason: string}[]
}

/** Tells the services of models that come, and has them open those that came. */
export interface ModelExchange {
  /** What happens to the services; each is told at its start what is coming. */
  onEvent(event: SupervisorEvent): void
  show(models: ComingModels | undefined): void
  /** Has these services run on what was installed, those that run at all. */
  reopen(names: readonly string[]): Promise<Reopened>
}

export const openExchange = (): ModelExchange => {
  const running = new Map<string, (order: SupervisorOrder) => void>()
  /** Those that are ready, and can open anew. */
  const reopening = new Set<string>()
  const waiting = new Map<string, Waiting>()
  let coming: ComingModels | undefined

  const reopen = (name: string): Promise<Partial<Reopened>> =>
    new Promise(done => {
      const send = running.get(name)
      // It opens none, is started again with what is installed, or was given up.
      if (!send || !reopening.has(name)) return done({})
      waiting.set(name, {isNew: false, done})
      send({type: 'reopen'})
    })

  return {
    onEvent(event) {
      const {type, name} = event
      const waits = waiting.get(name)
      if (type === 'starting') {
        running.set(name, event.send)
        if (waits) waits.isNew = true
      } else if (type === 'listening' && coming) running.get(name)?.({type: 'models', models: coming})
      else if (type === 'reopened' || (type === 'ready' && waits?.isNew)) waits?.done({changed: [event.summary]})
      else if (type === 'kept' || type === 'gave-up') waits?.done({kept: [{name, reason: event.reason}]})
      else if (type === 'stopped') waits?.done({})
      if (type === 'ready' && event.reopens) reopening.add(name)
      if (type === 'starting') reopening.delete(name)
      if (type === 'gave-up' || type === 'stopped' || type === 'restarting') running.delete(name)
    },
    show(models) {
      coming = models
      for (const send of running.values()) send({type: 'models', models: models ?? null})
    },
    async reopen(names) {
      const outcomes = await Promise.all(names.map(reopen))
      for (const name of names) waiting.delete(name)
      return {
        changed: outcomes.flatMap(({changed = []}) => changed),
        kept: outcomes.flatMap(({kept = []}) => kept),
      }
    },
  }
}
