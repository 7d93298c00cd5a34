import {glimpseShare, maxWaitMs, type Permit, type Send} from './permit.ts'
import {type Limit, Places} from './places.ts'
import type {SharedSends} from './shared-sends.ts'

/** After a refusal, ms until it is worth another try at least. */
const pauseMs = 1000

interface Gate {
  limit: Limit
  places: Places
}

const gateOf = (limit: Limit): Gate => ({limit, places: new Places(limit)})

/** Lets messages of a bot out no faster than its platform takes them, in all and in each chat. */
export class SendRate {
  readonly #all: Gate
  readonly #chats = new Map<string, Gate[]>()
  readonly #shared: () => Pick<SharedSends, 'enter'> | undefined

  /** @param shared what is known of other processes of the bot, and of earlier ones */
  constructor(all: Limit, shared: () => Pick<SharedSends, 'enter'> | undefined = () => undefined) {
    this.#all = gateOf(all)
    this.#shared = shared
  }

  /** Waits until a message may go out; not for long, and no longer than the signal. */
  async enter(send: Send): Promise<Permit> {
    const {chat, limits = [], isGlimpse, signal} = send
    const ofChat = this.#chats.get(chat) ?? limits.map(gateOf)
    if (ofChat.length > 0) this.#chats.set(chat, ofChat)
    const gates = [...ofChat, this.#all]
    const full = gates.filter(
      ({limit, places}) => places.free <= (isGlimpse ? limit.count - limit.count / glimpseShare : 0),
    )
    const waitMs = Math.max(0, ...full.map(({places}) => places.waitMs))
    if (waitMs > maxWaitMs || (isGlimpse && full.length > 0)) {
      return {ok: false, retryAfterMs: Math.max(pauseMs, waitMs)}
    }
    const entered: Places[] = []
    const leave = (isUsed: boolean): void => {
      for (const places of entered) places.leave(isUsed)
    }
    try {
      for (const {places} of gates) {
        await places.enter(signal)
        entered.push(places)
      }
      const shared = await this.#shared()?.enter({...send, all: this.#all.limit})
      if (shared && !shared.ok) {
        leave(false)
        return shared
      }
      const end = async (): Promise<void> => {
        leave(true)
        await shared?.end()
      }
      return {ok: true, end}
    } catch {
      leave(false)
      return {ok: false, retryAfterMs: pauseMs}
    } finally {
      this.#forget()
    }
  }

  /** Chats in which nothing was sent of late; the one named longest ago comes first. */
  #forget(): void {
    for (const [chat, gates] of this.#chats) {
      if (!gates.every(({places}) => places.isIdle)) return
      this.#chats.delete(chat)
    }
  }
}
