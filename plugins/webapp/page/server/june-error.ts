import {words} from '../words/words.ts'

/** A failure with what to do about it, from the server or from the page. */
export class JuneError extends Error {
  readonly code: string
  readonly suggestions: readonly string[]
  /** Seconds after which it may go better; 0: nobody knows. */
  readonly retryAfter: number

  constructor(code: string, message: string, suggestions: readonly string[] = [], retryAfter = 0) {
    super(message)
    this.code = code
    this.suggestions = suggestions
    this.retryAfter = retryAfter
  }
}

/** What a server that refused a request said. */
export const refusal = async (response: Response): Promise<JuneError> => {
  const body = await response.json().catch(() => undefined)
  const {code, message, suggestions} = body?.error ?? {
    code: 'REFUSED',
    message: words.t('error.status', {status: response.status}),
  }
  return new JuneError(code, message, suggestions, Number(response.headers.get('retry-after') ?? 0))
}

export const asJuneError = (error: unknown): JuneError =>
  error instanceof JuneError ? error : new JuneError('PAGE', words.t('error.mistake', {error: String(error)}))
