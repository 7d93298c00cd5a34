import type {OtherFloor} from '@essence/core/conversation/joined-floor'
import type {LiveConversation, LiveEvent} from '@essence/core/conversation/port'
import {Condition} from '@essence/core/kit/flow/condition'

/** ms that an answer waits for those who speak to be done; who talks without end does not silence June. */
const patienceMs = 8000

/** ms of what June said that are kept. */
const keptTextMs = 60_000

/** What the stage needs of a conversation. */
export type StagedConversation = Pick<LiveConversation, 'suspend' | 'resume' | 'cancel'>

/** A sentence of hers. `endedAt`: undefined while it is being said. */
interface Said {
  person: string
  text: string
  endedAt: number | undefined
}

/** An answer of one conversation: it waits for its turn, or is being given. */
interface Part {
  person: string
  response: string
  /** Whether anything of it was heard. */
  hasSounded: boolean
}

export interface StageOptions {
  /** ms, from any origin. */
  now?: () => number
  /** She is to be quiet at once, before the conversation tells of it. */
  onHold: () => void
}

/**
 * June's one voice in a room where each person has a conversation with her: she answers one after the other, in the order in which they are ready,
 * and does not begin while somebody speaks. A conversation stands still unless it is its turn; whoever speaks while she does interrupts her, whomever
 * she answers.
 */
export class Stage {
  readonly #now: () => number
  readonly #onHold: () => void
  readonly #changed = new Condition()
  readonly #conversations = new Map<string, StagedConversation>()
  readonly #waiting: Part[] = []
  readonly #speaking = new Set<string>()
  /** Those who speak while she does, until it is known whether they interrupt her. */
  readonly #holding = new Set<string>()
  #said: Said[] = []
  #current: Part | undefined
  #isAway = true
  /** Since when an answer waits for people to be done. */
  #patientSince: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor({now = () => performance.now(), onHold}: StageOptions) {
    this.#now = now
    this.#onHold = onHold
  }

  /** Whose answer is being given. */
  get speaksTo(): string | undefined {
    return this.#current?.person
  }

  /** Resolves to true once no answer is being given or waits, to false where the signal aborts first. */
  silent(signal: AbortSignal): Promise<boolean> {
    return this.#changed.until(() => !this.#current && this.#waiting.length === 0, signal)
  }

  add(person: string, conversation: StagedConversation): void {
    this.#conversations.set(person, conversation)
    conversation.suspend()
  }

  remove(person: string): void {
    this.#conversations.delete(person)
    this.#speaking.delete(person)
    this.#goOn(person)
    const at = this.#waiting.findIndex(part => part.person === person)
    if (at >= 0) this.#waiting.splice(at, 1)
    if (this.#current?.person === person) this.#current = undefined
    this.#next()
  }

  /** Whether the room can be reached: while it cannot, time stands still. */
  setAway(isAway: boolean): void {
    if (this.#isAway === isAway) return
    this.#isAway = isAway
    const conversation = this.#conversations.get(this.#current?.person ?? '')
    if (isAway) conversation?.suspend()
    else if (this.#holding.size === 0) conversation?.resume()
    this.#next()
  }

  /** June's side of the others' conversations, for one person's. */
  floorFor(person: string): OtherFloor {
    const others = (): Part | undefined => (this.#current?.person === person ? undefined : this.#current)
    return {
      get isTaken() {
        return others() !== undefined
      },
      recentText: ms => this.#recentText(person, ms),
      hold: () => {
        const part = others()
        if (!part) return
        this.#holding.add(person)
        this.#onHold()
        this.#conversations.get(part.person)?.suspend()
      },
      goOn: () => this.#goOn(person),
      yieldTo: () => {
        const part = others()
        this.#holding.delete(person)
        this.#speaking.add(person)
        if (part) this.#stop(part)
      },
    }
  }

  /** What happens in a person's conversation. */
  take(person: string, event: LiveEvent): void {
    switch (event.type) {
      case 'speechStarted':
        this.#speaking.add(person)
        return
      case 'dismissed':
      case 'committed':
        this.#speaking.delete(person)
        this.#next()
        return
      case 'responseStarted':
        this.#waiting.push({person, response: event.response, hasSounded: false})
        this.#next()
        return
      case 'audio':
        if (this.#isCurrent(person, event.response) && this.#current) this.#current.hasSounded = true
        return
      case 'sentence':
        this.#endSentence()
        this.#said.push({person, text: event.text, endedAt: undefined})
        return
      case 'responseEnded':
        this.#ended(person, event.response)
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
    this.#current = undefined
    this.#changed.changed()
  }

  #isCurrent(person: string, response: string): boolean {
    return this.#current?.person === person && this.#current.response === response
  }

  #ended(person: string, response: string): void {
    if (this.#isCurrent(person, response)) {
      this.#endSentence()
      this.#current = undefined
      this.#holding.clear()
      this.#conversations.get(person)?.suspend()
    } else {
      const at = this.#waiting.findIndex(part => part.person === person && part.response === response)
      if (at >= 0) this.#waiting.splice(at, 1)
    }
    this.#next()
  }

  /** Somebody else has the word. What nobody has heard of yet is said afterwards. */
  #stop(part: Part): void {
    const conversation = this.#conversations.get(part.person)
    if (part.hasSounded) {
      conversation?.cancel(Number.POSITIVE_INFINITY)
      return
    }
    this.#current = undefined
    this.#holding.clear()
    conversation?.suspend()
    this.#waiting.unshift(part)
    this.#next()
  }

  #goOn(person: string): void {
    if (!this.#holding.delete(person) || this.#holding.size > 0 || this.#isAway) return
    this.#conversations.get(this.#current?.person ?? '')?.resume()
  }

  #next(): void {
    clearTimeout(this.#timer)
    const [part] = this.#waiting
    this.#changed.changed()
    if (this.#current || this.#isAway || !part) return
    const now = this.#now()
    this.#patientSince ??= now
    const leftMs = this.#patientSince + patienceMs - now
    if (leftMs > 0 && [...this.#speaking].some(person => person !== part.person)) {
      this.#timer = setTimeout(() => this.#next(), leftMs)
      return
    }
    this.#patientSince = undefined
    this.#waiting.shift()
    this.#current = part
    this.#conversations.get(part.person)?.resume()
  }

  #endSentence(): void {
    const last = this.#said.at(-1)
    if (last) last.endedAt ??= this.#now()
  }

  /** What she said in the last `ms` to others. */
  #recentText(person: string, ms: number): string {
    const now = this.#now()
    const agoMs = ({endedAt = now}: Said): number => now - endedAt
    this.#said = this.#said.filter(said => agoMs(said) < keptTextMs)
    return this.#said
      .filter(said => said.person !== person && agoMs(said) <= ms)
      .map(({text}) => text)
      .join(' ')
  }
}
