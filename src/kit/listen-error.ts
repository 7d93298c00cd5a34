import {EssenceError, messageOf, systemCodeOf} from './errors.ts'

export interface ListenAddress {
  host: string
  port: number
  /** The setting of the port. */
  variable: string
}

/** PORT_IN_USE or CONFIG_INVALID: why a service cannot listen, by the system's error or by a text that names its code. */
export const listenError = (cause: unknown, {host, port, variable}: ListenAddress): EssenceError => {
  const why = systemCodeOf(cause) ?? messageOf(cause)
  if (/\bEADDRINUSE\b/.test(why)) {
    return new EssenceError('PORT_IN_USE', `Port ${port} on ${host} is taken by another program.`, {
      suggestions: [`Choose another port: ${variable}=${port + 1}`, `See who has it: ss -ltnp 'sport = :${port}'`],
      cause,
    })
  }
  const next = /\bEACCES\b/.test(why)
    ? `Ports below 1024 need root: set ${variable} to 1024 or more.`
    : `Check ${variable} and the host.`
  return new EssenceError('CONFIG_INVALID', `Cannot listen on ${host}:${port} (${why}).`, {suggestions: [next], cause})
}
