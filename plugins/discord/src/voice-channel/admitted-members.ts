import type {Admission} from '@essence/core/channel/admission'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'

export interface AdmittedMembersOptions {
  admission: Pick<Admission, 'allows'>
  /** Ids of the people who are in the channel now. */
  members: () => readonly string[]
  /** Somebody is not there any more, or may not talk to June any more. */
  onGone: (userId: string) => void
  /** Nobody was there who may talk to her for `emptyMs`. */
  onEmpty: () => void
  emptyMs: number
  log: Log
}

/** Those in a voice channel who may talk to June, as it was known a moment ago. */
export class AdmittedMembers {
  readonly #options: AdmittedMembersOptions
  #admitted: ReadonlySet<string> = new Set()
  #emptying: NodeJS.Timeout | undefined
  #isOver = false

  constructor(options: AdmittedMembersOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#admitted.size
  }

  /** Somebody came or went, was let in or blocked. */
  refresh(): void {
    this.#admit().catch(error => this.#unknown(error))
  }

  /** Does something for somebody who may be heard; of somebody of whom it is not known yet it is found out first. */
  whenAdmitted(userId: string, work: () => void): void {
    if (this.#isAdmitted(userId)) {
      work()
      return
    }
    this.#options.onGone(userId)
    const admitted = this.#admit().then(() => {
      if (!this.#isOver && this.#isAdmitted(userId)) work()
    })
    admitted.catch(error => this.#unknown(error))
  }

  close(): void {
    this.#isOver = true
    clearTimeout(this.#emptying)
  }

  #isAdmitted(userId: string): boolean {
    return this.#admitted.has(userId) && this.#options.members().includes(userId)
  }

  async #admit(): Promise<void> {
    const {admission, members: membersNow, onGone, onEmpty, emptyMs} = this.#options
    if (this.#isOver) return
    const members = membersNow()
    const isAllowed = await Promise.all(members.map(id => admission.allows({person: {id}})))
    if (this.#isOver) return
    const before = this.#admitted
    this.#admitted = new Set(members.filter((_, index) => isAllowed[index]))
    for (const userId of before) if (!this.#admitted.has(userId)) onGone(userId)
    if (this.#admitted.size > 0) {
      clearTimeout(this.#emptying)
      this.#emptying = undefined
    } else this.#emptying ??= setTimeout(onEmpty, emptyMs)
  }

  #unknown(error: unknown): void {
    this.#options.log.warn({why: messageOf(error)}, 'who may talk in a voice channel is not known')
  }
}
