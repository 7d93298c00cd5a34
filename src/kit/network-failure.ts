/** Failures before a connection stood: nothing was sent. */
const beforeConnection =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_NODATA|ENETUNREACH|EHOSTUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*|ERR_TLS_.*|ERR_SSL_.*)$/

/** Whether a failure of this name means that nothing was sent. */
export const isBeforeConnection = (code: string | undefined): boolean =>
  code !== undefined && beforeConnection.test(code)

/** The system's name for what broke a request, `ECONNRESET`, wherever in the chain of causes it stands. */
export const networkCodeOf = (error: unknown, depth = 0): string | undefined => {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined
  const {code, cause, errors, error: inner, name} = error as Record<string, unknown>
  if (typeof code === 'string') return code
  const nested = networkCodeOf(cause, depth + 1) ?? networkCodeOf(inner, depth + 1)
  if (nested) return nested
  if (Array.isArray(errors)) return networkCodeOf(errors[0], depth + 1)
  return name === 'TimeoutError' ? 'ETIMEDOUT' : undefined
}
