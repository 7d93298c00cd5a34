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
  const {param, fault} = error as Named
  return {
    error: {
      message: [message, ...suggestions].join(' '),
      type: types[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'),
      param: param ?? null,
      code: fault ?? (code in faults ? (faults[code] ?? null) : code.toLowerCase()),
    },
  }
}

/** What is wrong with a body, as its check says it. */
interface Issue {
  path: readonly PropertyKey[]
  message: string
  /** Properties that are not known. */
  keys?: readonly string[] | undefined
  /** What is wrong by each of several shapes, where none fits. */
  errors?: readonly (readonly Issue[])[] | undefined
}

interface Checked {
  instancePath: string
  message: string
  params?: Pick<Issue, 'keys' | 'errors'>
}

/** A body that is not what was expected, as an error that names the parameter; any other error as it is. */
export const namedFault = (error: unknown): unknown => {
  const [first] = (error as {validation?: Checked[]}).validation ?? []
  if (!first) return error
  const path = first.instancePath.split('/').filter(each => each !== '')
  const issue = deepest({path, message: first.message, ...first.params})
  const param = pathOf([...issue.path, ...(issue.keys?.slice(0, 1) ?? [])]) || undefined
  if (issue.keys) return refusal(`${param} is not known here.`, {param, fault: 'unknown_parameter'})
  return refusal(`${param ?? 'The body'}: ${issue.message}.`, {param, fault: 'invalid_value'})
}

/** Of shapes none of which fits, what is wrong with the one that fits furthest. */
const deepest = (issue: Issue): Issue => {
  const inner = (issue.errors ?? []).flatMap(([one]) =>
    one ? [deepest({...one, path: [...issue.path, ...one.path]})] : [],
  )
  return inner.reduce((far, one) => (one.path.length > far.path.length ? one : far), issue)
}

/** `messages[0].content` */
export const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((each, at) => (/^\d+$/.test(String(each)) ? `[${String(each)}]` : `${at > 0 ? '.' : ''}${String(each)}`))
    .join('')
