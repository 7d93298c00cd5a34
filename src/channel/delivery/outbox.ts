import {defined} from '../../kit/defined.ts'
import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import {type Clock, pauseMs} from '../clock.ts'
import {withGrace} from '../grace.ts'
import type {Carrier, FailedSend} from './carrier.ts'
import {Intent} from './intent.ts'
import type {Job, Jobs, Progress} from './job.ts'

export interface OutboxOptions<Message, Part> {
  jobs: Pick<Jobs<Message, Part>, 'change'>
  carrier: Carrier<Part>
  clock: Clock
  /**
   * Waits until a part may be sent, in ms; it may give what the job occupies to others, also, where what is left of it `lasts`, the job.
   * Default: just that. @throws CANCELLED
   */
  pause?: ((ms: number, lasts: boolean, signal: AbortSignal) => Promise<void>) | undefined
  /** Told that a part waits for its place: what the job occupies may be given to others. */
  onWait?: (() => void) | undefined
  log: Log
}

/** `uncertain`: the platform may have taken it or not, and the person was told so. `refused`: they cannot be written to. */
export type Outcome = 'sent' | 'uncertain' | 'refused'

/** Times a note is sent of which nobody can tell whether it arrived: twice read it harms less than never. */
const noteAttempts = 5

/**
 * Sends the parts of an answer, each at most once: the intent is on the disk before the first byte goes out, the receipt
 * before the next part. What the platform surely did not take is tried again until the signal aborts; of what nobody can
 * tell, a note tells the person. A note is no answer, and is repeated until it arrives.
 * @throws CANCELLED, with the entry as the next start needs it: `received` where nothing went out and not all is stored,
 * else `sending`
 */
export const deliver = <Message, Part>(
  {id}: Pick<Job<Message, Part>, 'id'>,
  parts: readonly Part[],
  options: OutboxOptions<Message, Part>,
  signal: AbortSignal,
): Promise<Outcome> =>
  new Delivery(id, options, signal).run({parts: [...parts], next: 0, inFlight: false, uncertain: false})

/** Goes on with what an earlier start began to send. @throws as `deliver` */
export const resume = <Message, Part>(
  {id, progress}: Pick<Job<Message, Part>, 'id' | 'progress'>,
  options: OutboxOptions<Message, Part>,
  signal: AbortSignal,
): Promise<Outcome> => {
  const {parts, next, inFlight, since, uncertain} = progress ?? {parts: [], next: 0, inFlight: true, uncertain: true}
  const part = parts[next]
  if (inFlight && part !== undefined && options.carrier.lasts(part) && isRepeatable(part, since, options)) {
    return new Delivery(id, options, signal).run({parts, next, inFlight: false, since, uncertain})
  }
  if (inFlight) {
    options.log.error(
      {id},
      'stopped while an answer was being sent; it may or may not have arrived and is not sent again',
    )
  }
  return new Delivery(id, options, signal).run({
    parts,
    next: inFlight ? next + 1 : next,
    inFlight: false,
    uncertain: uncertain || inFlight,
  })
}

/** @param since ms since the epoch when it was first sent @param afterMs of the next time it would be */
const isRepeatable = <Message, Part>(
  part: Part,
  since: number | undefined,
  {carrier, clock}: Pick<OutboxOptions<Message, Part>, 'carrier' | 'clock'>,
  afterMs = 0,
): boolean => {
  if (since === undefined) return false
  const ageMs = clock.now() - since
  // Sent later than now: the clock was set back, and nobody knows how long ago it was.
  return ageMs >= 0 && ageMs + afterMs < (carrier.repeatableMs?.(part) ?? 0)
}

const isCancelled = (error: unknown): boolean => isEssenceError(error) && error.code === 'CANCELLED'

class Delivery<Message, Part> {
  readonly #id: string
  readonly #options: OutboxOptions<Message, Part>
  readonly #signal: AbortSignal

  constructor(id: string, options: OutboxOptions<Message, Part>, signal: AbortSignal) {
    this.#id = id
    this.#options = options
    this.#signal = signal
  }

  async run(progress: Progress<Part>): Promise<Outcome> {
    const {carrier, log} = this.#options
    for (let part = progress.parts[progress.next]; part !== undefined; part = progress.parts[progress.next]) {
      const failure = await this.#send(part, progress)
      const others = failure?.sent === 'no' ? carrier.instead?.(part, failure.error) : undefined
      if (others) {
        log.warn(
          {id: this.#id, why: messageOf(failure?.error)},
          'a part of the answer was refused; sending it otherwise',
        )
        progress.parts.splice(progress.next, 1, ...others)
        progress.since = undefined
        continue
      }
      if (failure?.sent === 'no') {
        log.warn({id: this.#id, why: messageOf(failure.error)}, 'the answer was refused')
        return 'refused'
      }
      if (failure) {
        log.error(
          {id: this.#id, why: messageOf(failure.error)},
          'cannot tell whether the answer arrived; it is not sent again',
        )
        progress.uncertain = true
      }
      progress.next++
      progress.since = undefined
    }
    return progress.uncertain ? await this.#sendNote(progress) : 'sent'
  }

  /** Sends one part. @returns why it may not have arrived; nothing when the platform has confirmed it  @throws CANCELLED */
  async #send(part: Part, progress: Progress<Part>): Promise<{error: unknown; sent: 'no' | 'unknown'} | undefined> {
    const {carrier, clock, onWait, log} = this.#options
    for (let failures = 1, isUnknown = false; ; failures++) {
      if (this.#signal.aborted) return await this.#cancel(progress, isUnknown)
      const intent = new Intent(async inFlight => {
        if (inFlight && carrier.repeatableMs?.(part)) progress.since ??= clock.now()
        // A wait is a pause of unknown length: nobody is suspected of ending a process in it.
        await this.#record({...progress, inFlight: inFlight || isUnknown}, inFlight ? undefined : 0)
        if (this.#signal.aborted) await this.#cancel(progress, isUnknown)
        if (!inFlight) onWait?.()
      }, clock)
      try {
        const send = (signal: AbortSignal): Promise<void> => carrier.send(part, signal, intent.begin)
        await withGrace(send, this.#signal, clock).finally(() => intent.end())
        return
      } catch (error) {
        // Not what the platform says: nothing could be recorded.
        await intent.end()
        if (!intent.isBegun && isCancelled(error)) return await this.#cancel(progress, isUnknown)
        const {sent, again, afterMs = pauseMs(failures)} = this.#judge(error, part)
        // One attempt of which nobody can tell is enough: what is refused later may be there all the same.
        isUnknown ||= sent === 'unknown'
        const mayRepeat = isUnknown
          ? (again || sent === 'unknown') && isRepeatable(part, progress.since, this.#options, afterMs)
          : again
        if (!mayRepeat) return {error, sent: isUnknown ? 'unknown' : 'no'}
        log.warn({id: this.#id, why: messageOf(error), pauseMs: Math.round(afterMs)}, 'the answer has to wait')
        // Certainly not sent, or sent again: a crash during the pause must not cost the answer, nor the pause.
        await this.#record({...progress, inFlight: isUnknown}, afterMs)
        await this.#pause(afterMs, progress)
      }
    }
  }

  async #sendNote(progress: Progress<Part>): Promise<Outcome> {
    const {carrier, clock, log} = this.#options
    const begin = async (): Promise<void> => {}
    for (let failures = 1, unknown = 0; ; failures++) {
      await this.#record(progress)
      if (this.#signal.aborted) await this.#cancel(progress)
      try {
        await withGrace(signal => carrier.send(carrier.note, signal, begin), this.#signal, clock)
        return 'uncertain'
      } catch (error) {
        const {sent, again, afterMs = pauseMs(failures)} = this.#judge(error, carrier.note)
        if (sent === 'unknown') unknown++
        if ((sent === 'no' && !again) || unknown >= noteAttempts) {
          log.error({id: this.#id, why: messageOf(error)}, 'the note that an answer may be missing did not go out')
          return sent === 'no' ? 'refused' : 'uncertain'
        }
        await this.#record(progress, afterMs)
        await this.#pause(afterMs, progress)
      }
    }
  }

  async #pause(ms: number, progress: Progress<Part>): Promise<void> {
    const {clock, pause} = this.#options
    await (pause?.(ms, this.#lasts(progress), this.#signal) ?? clock.wait(ms, this.#signal))
  }

  /** Whether enough is stored to send what is left after another start. */
  #lasts({parts, next}: Progress<Part>): boolean {
    return parts.slice(next).every(part => this.#options.carrier.lasts(part))
  }

  /** A send that was cut off by a stop may have arrived. */
  #judge(error: unknown, part: Part): FailedSend {
    return isCancelled(error) ? {sent: 'unknown', again: false} : this.#options.carrier.judge(error, part)
  }

  /** Nothing goes out that is not recorded: a full disk is waited for. @param waitMs until it may go on */
  async #record(progress: Progress<Part>, waitMs?: number): Promise<void> {
    const {jobs, clock, log} = this.#options
    // What is not stored has to be made anew, and nothing of it went out.
    const anew = !progress.inFlight && progress.next === 0 && !this.#lasts(progress)
    for (let failures = 1; ; failures++) {
      try {
        const sent = anew ? {state: 'received' as const} : {state: 'sending' as const, progress}
        await jobs.change(this.#id, {...sent, ...defined({waitMs})})
        return
      } catch (error) {
        // What no database refuses, as a part that is none, is not better the next time.
        if (!isEssenceError(error) || isCancelled(error)) throw error
        if (this.#signal.aborted)
          throw new EssenceError('CANCELLED', 'Cancelled while nothing could be recorded.', {cause: error})
        log.error({why: messageOf(error)}, 'cannot record what is to be sent; trying again')
        await clock.wait(pauseMs(failures), this.#signal)
      }
    }
  }

  async #cancel(progress: Progress<Part>, inFlight = false): Promise<never> {
    await this.#record({...progress, inFlight})
    throw new EssenceError('CANCELLED', 'Cancelled while an answer waited to be sent.')
  }
}
