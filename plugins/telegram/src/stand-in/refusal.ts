/** An error as the Bot API answers it; the HTTP status is the same number. */
export class Refusal extends Error {
  readonly status: number
  readonly retryAfter: number | undefined
  readonly movedTo: number | undefined

  constructor(status: number, description: string, retryAfter?: number, movedTo?: number) {
    super(description)
    this.status = status
    this.retryAfter = retryAfter
    this.movedTo = movedTo
  }
}
