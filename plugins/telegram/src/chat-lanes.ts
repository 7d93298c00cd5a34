/** Runs the tasks of one chat in order and those of different chats side by side, a bounded number at once. */
export class ChatLanes {
  readonly #parallel: number
  readonly #lanes = new Map<number, (() => Promise<void>)[]>()
  /** Chats with a task to start, in the order in which they got it. */
  readonly #ready: number[] = []
  readonly #watchers = new Set<() => void>()
  #running = 0
  #waiting = 0
  #stopped = false

  constructor(parallel: number) {
    this.#parallel = parallel
  }

  /** @param task must not reject */
  add(chatId: number, task: () => Promise<void>): void {
    if (this.#stopped) return
    this.#waiting++
    const lane = this.#lanes.get(chatId)
    if (lane) lane.push(task)
    else {
      this.#lanes.set(chatId, [task])
      this.#ready.push(chatId)
    }
    this.#start()
  }

  /** Starts nothing more; resolves when what runs has ended. Tasks not started are dropped. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#until(() => this.#running === 0)
  }

  /** Resolves when fewer than `limit` tasks wait, or when stopped. */
  async room(limit: number): Promise<void> {
    await this.#until(() => this.#stopped || this.#waiting < limit)
  }

  #start(): void {
    while (!this.#stopped && this.#running < this.#parallel) {
      const chatId = this.#ready.shift()
      if (chatId === undefined) return
      const lane = this.#lanes.get(chatId) ?? []
      const task = lane.shift()
      this.#waiting--
      this.#running++
      void task?.().finally(() => {
        this.#running--
        if (lane.length) this.#ready.push(chatId)
        else this.#lanes.delete(chatId)
        this.#start()
        for (const look of [...this.#watchers]) look()
      })
    }
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!condition()) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }
}
