import {type ErrorCode, EssenceError} from '@essence/core/kit/errors'
import type {RequestFailure} from '@essence/core/service/http'

/** What OpenAI's error says beside its message. */
export interface Named {
  /** The parameter at fault, as `messages[0].content`. */
  param?: string | undefined
  /** OpenAI's name of the fault, as `unsupported_parameter`. */
  fault?: string | undefined
}

/** An error that names the parameter at fault. */
export const refusal = (message: string, named: Named, code: ErrorCode = 'USAGE'): EssenceError & Named =>
  Object.assign(new EssenceError(code, message), named)

/** OpenAI's names, where clients look for them. */
const faults: Partial<Record<RequestFailure['code'], string | null>> = {
  USAGE: null,
  BAD_REQUEST: null,
  TOKEN_MISSING: 'invalid_api_key',
  TOKEN_REJECTED: 'invalid_api_key',
  NOT_ALLOWED: 'insufficient_permissions',
  MODEL_UNKNOWN: 'model_not_found',
  CONTEXT_FULL: 'context_length_exceeded',
  RATE_LIMITED: 'rate_limit_exceeded',
}

const types: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
}

/** The body of a failed request, as OpenAI's clients read it; also what a stream ends with that fails. */
export const errorBody = ({status, code, message, suggestions}: RequestFailure, error: unknown) => {
  const {param, fault} = {...namedBy(error), ...(error as Named)}
  return {
    error: {
      message: [message, ...suggestions].join(' '),
      type: types[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'),
      param: param ?? null,
      code: fault ?? (code in faults ? (faults[code] ?? null) : code.toLowerCase()),
    },
  }
}

/** As the check of a body says it. */
interface Issue {
  keyword: string
  instancePath: string
  params?: {keys?: string[]}
}

const namedBy = (error: unknown): Named => {
  const [issue] = (error as {validation?: Issue[]}).validation ?? []
  if (!issue) return {}
  const [unknown] = issue.params?.keys ?? []
  const path = [...issue.instancePath.split('/'), ...(unknown === undefined ? [] : [unknown])].filter(
    each => each !== '',
  )
  return {param: pathOf(path) || undefined, fault: unknown === undefined ? 'invalid_value' : 'unknown_parameter'}
}

/** `messages[0].content` */
export const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((each, at) => (/^\d+$/.test(String(each)) ? `[${String(each)}]` : `${at > 0 ? '.' : ''}${String(each)}`))
    .join('')
