import type {RealtimeServerEvent} from 'openai/resources/realtime/realtime'

/** What the gateway tells beside OpenAI's own events: turns before this one, null once it has its turn. */
interface QueueUpdated {
  type: 'june.queue.updated'
  event_id: string
  before: number | null
}

/** What the gateway tells in a live conversation. */
export type ServerEvent = RealtimeServerEvent | QueueUpdated
