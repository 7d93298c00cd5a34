import {BinaryWriter} from '@bufbuild/protobuf/wire'
import {ClientError, Metadata, Status} from 'nice-grpc-common'
import {type ErrorCode, EssenceError, errorTable, isEssenceError, messageOf} from '../kit/errors.ts'
import {redact} from '../kit/secret.ts'

/** The gRPC status of each error. Others are INTERNAL. */
const statuses: Partial<Record<ErrorCode, Status>> = {
  USAGE: Status.INVALID_ARGUMENT,
  VOICE_UNKNOWN: Status.INVALID_ARGUMENT,
  AUDIO_EMPTY: Status.INVALID_ARGUMENT,
  AUDIO_UNREADABLE: Status.INVALID_ARGUMENT,
  AUDIO_TOO_LARGE: Status.INVALID_ARGUMENT,
  AUDIO_TOO_LONG: Status.INVALID_ARGUMENT,
  NO_SPEECH: Status.INVALID_ARGUMENT,
  CONTEXT_FULL: Status.INVALID_ARGUMENT,
  DOCUMENT_UNREADABLE: Status.INVALID_ARGUMENT,
  DOCUMENT_TOO_LARGE: Status.INVALID_ARGUMENT,
  DOCUMENT_UNKNOWN: Status.NOT_FOUND,
  FACT_UNKNOWN: Status.NOT_FOUND,
  CONVERSATION_UNKNOWN: Status.NOT_FOUND,
  STORE_UNAVAILABLE: Status.UNAVAILABLE,
  TOKEN_MISSING: Status.UNAUTHENTICATED,
  TOKEN_REJECTED: Status.UNAUTHENTICATED,
  NOT_ALLOWED: Status.PERMISSION_DENIED,
  ENGINE_BUSY: Status.RESOURCE_EXHAUSTED,
  ENGINE_UNAVAILABLE: Status.UNAVAILABLE,
  REMOTE_UNREACHABLE: Status.UNAVAILABLE,
  REMOTE_REFUSED: Status.UNIMPLEMENTED,
  TIMED_OUT: Status.DEADLINE_EXCEEDED,
  CANCELLED: Status.CANCELLED,
}

/** The error of a status without a code of ours: from another server, or from the connection. */
const meanings: Partial<Record<Status, ErrorCode>> = {
  // A call that the client cancels does not get here: the service dropped it.
  [Status.CANCELLED]: 'REMOTE_UNREACHABLE',
  [Status.INVALID_ARGUMENT]: 'USAGE',
  [Status.OUT_OF_RANGE]: 'USAGE',
  [Status.DEADLINE_EXCEEDED]: 'TIMED_OUT',
  [Status.PERMISSION_DENIED]: 'NOT_ALLOWED',
  [Status.UNAUTHENTICATED]: 'TOKEN_REJECTED',
  [Status.RESOURCE_EXHAUSTED]: 'ENGINE_BUSY',
  [Status.UNIMPLEMENTED]: 'REMOTE_REFUSED',
  [Status.NOT_FOUND]: 'REMOTE_REFUSED',
  [Status.UNAVAILABLE]: 'REMOTE_UNREACHABLE',
}

const codeKey = 'essence-code'
const suggestionsKey = 'essence-suggestions-bin'
const retryKey = 'retry-after-ms'
const detailsKey = 'grpc-status-details-bin'

/** A status with its trailing metadata. */
export interface CallStatus {
  code: Status
  details: string
  trailer: Metadata
}

/** A header is at most 8 kB with many servers and clients; a sentence needs less. */
const maxDetailsLength = 1000

/** ms after which a client that was refused as busy may retry. */
const retryAfterMs = 1000

/**
 * An error as a gRPC status. The code of the table and the suggestions go along as trailing metadata. What went wrong
 * inside (INTERNAL) is for the log of the service: clients get its code only.
 */
export const statusOf = (error: unknown): CallStatus => {
  const known = isEssenceError(error)
  const code: ErrorCode = known ? error.code : 'BUG'
  const status = statuses[code] ?? Status.INTERNAL
  const trailer = Metadata({[codeKey]: code})
  if (status === Status.INTERNAL || !known) {
    const details =
      code === 'BUG'
        ? 'Something went wrong in the service.'
        : `The service cannot do this now (${code}); its log says why.`
    return {code: status, details, trailer}
  }
  const details = redact(error.message).slice(0, maxDetailsLength)
  if (error.suggestions.length > 0) {
    const suggestions = JSON.stringify(error.suggestions.slice(0, 5).map(line => redact(line).slice(0, 300)))
    trailer.set(suggestionsKey, Buffer.from(suggestions))
  }
  if (error.code === 'ENGINE_BUSY') {
    trailer.set(retryKey, String(retryAfterMs))
    trailer.set(detailsKey, retryDetails(status, details))
  }
  return {code: status, details, trailer}
}

/** `google.rpc.Status` with a `google.rpc.RetryInfo`: what clients that know Google's error model look for. */
const retryDetails = (code: Status, details: string): Buffer => {
  const duration = new BinaryWriter()
    .uint32(8)
    .int64(Math.floor(retryAfterMs / 1000))
    .finish()
  const retryInfo = new BinaryWriter().uint32(10).bytes(duration).finish()
  const any = new BinaryWriter()
    .uint32(10)
    .string('type.googleapis.com/google.rpc.RetryInfo')
    .uint32(18)
    .bytes(retryInfo)
  return Buffer.from(
    new BinaryWriter().uint32(8).int32(code).uint32(18).string(details).uint32(26).bytes(any.finish()).finish(),
  )
}

/**
 * The error behind a failed call: the same that the service threw where it is one of ours.
 * @param name what messages call the service: `The speech recognition service (STT_URL=grpc://host:50052)`
 */
export const errorOf = (failure: unknown, trailer: Metadata, name: string): EssenceError => {
  if (isEssenceError(failure)) return failure
  if (failure instanceof Error && failure.name === 'AbortError') {
    return new EssenceError('CANCELLED', 'Cancelled.', {cause: failure})
  }
  if (!(failure instanceof ClientError)) {
    return new EssenceError('ENGINE_FAILED', `${name} could not be used: ${messageOf(failure)}`, {cause: failure})
  }
  const told = trailer.get(codeKey)
  if (told !== undefined && told !== 'CANCELLED' && Object.hasOwn(errorTable, told)) {
    const code = told as ErrorCode
    const inside = (statuses[code] ?? Status.INTERNAL) === Status.INTERNAL
    const message = inside ? `${name} failed: ${failure.details}` : failure.details
    return new EssenceError(code, message, {suggestions: suggestionsOf(trailer), cause: failure})
  }
  const code = meanings[failure.code] ?? 'ENGINE_FAILED'
  const message = {
    REMOTE_UNREACHABLE:
      failure.code === Status.CANCELLED
        ? `${name} broke off.`
        : `${name} cannot be reached: ${whyOf(failure.details)}.`,
    TIMED_OUT: `${name} did not answer in time.`,
  }[code as string]
  return new EssenceError(code, message ?? `${name} answered ${Status[failure.code]}: ${failure.details}`, {
    suggestions: code === 'REMOTE_UNREACHABLE' ? ['See that it runs, and that the address is right.'] : [],
    cause: failure,
  })
}

/** grpc-js reports a failed connection in several nested sentences; the part people need, in a few words. */
const whyOf = (details: string): string => {
  if (/ECONNREFUSED/.test(details)) return 'nothing listens there'
  if (/Name resolution failed|ENOTFOUND|EAI_AGAIN/.test(details)) return 'nobody knows that name'
  if (/EHOSTUNREACH|ENETUNREACH/.test(details)) return 'there is no way to that address'
  if (/ETIMEDOUT|[Tt]imed? ?out|Deadline/.test(details)) return 'nobody answers there'
  if (/certificate|\bSSL\b|\bTLS\b/i.test(details)) return 'the connection could not be secured with TLS'
  if (/ECONNRESET|Connection dropped|Keepalive|GOAWAY/i.test(details)) return 'the connection was lost'
  const last = details.split('Last error: ').at(-1) ?? ''
  return last
    .replace(/^Error: /, '')
    .replace(/\.? ?Resolution note:.*$/s, '')
    .slice(0, 200)
    .replace(/\.$/, '')
}

const suggestionsOf = (trailer: Metadata): string[] => {
  const told = trailer.get(suggestionsKey)
  if (!told) return []
  try {
    const suggestions: unknown = JSON.parse(Buffer.from(told).toString())
    return Array.isArray(suggestions) ? suggestions.map(String) : []
  } catch {
    return []
  }
}
