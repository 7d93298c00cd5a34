import type {Confirmation, DoorAction, Source, Times} from '../server/turn.ts'

/** What June's answer carries beside its words: `metadata` of its response, JSON under each name. */
export interface Carried {
  times?: Times | undefined
  sources?: Source[] | undefined
  confirmation?: Confirmation | undefined
  action?: DoorAction | undefined
}

/** What is not in its shape is left out. */
export const carriedBy = (metadata: unknown): Carried => {
  const of = (name: string): unknown => {
    const text = isRecord(metadata) ? metadata[name] : undefined
    try {
      return typeof text === 'string' ? JSON.parse(text) : undefined
    } catch {
      return undefined
    }
  }
  const [times, sources, confirmation, action] = [of('times'), of('sources'), of('confirmation'), of('action')]
  return {
    times: isTimes(times) ? times : undefined,
    sources: Array.isArray(sources) && sources.every(isSource) ? sources : undefined,
    confirmation: isConfirmation(confirmation) ? confirmation : undefined,
    action: isAction(action) ? action : undefined,
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isTimes = (value: unknown): value is Times =>
  isRecord(value) && Object.values(value).every(ms => typeof ms === 'number')

const isSource = (value: unknown): value is Source =>
  isRecord(value) && typeof value['id'] === 'string' && typeof value['name'] === 'string'

const isConfirmation = (value: unknown): value is Confirmation =>
  isRecord(value) && ['id', 'question', 'expiresAt', 'yes', 'no'].every(name => typeof value[name] === 'string')

const isAction = (value: unknown): value is DoorAction =>
  isRecord(value) && (value['kind'] === 'stop' || value['kind'] === 'volume')
