import {isIP} from 'node:net'
import {EssenceError} from '../kit/errors.ts'

export interface Target {
  /** As grpc-js resolves it. */
  target: string
  /** TLS, with the authorities of this machine. */
  secure: boolean
}

/**
 * What a setting like STT_URL names: `grpc://host:50052`; a name with several addresses means all of them. Several
 * machines by their IP addresses: `grpc://10.0.0.1:50052,10.0.0.2:50052`. `grpcs://` is TLS.
 * @throws CONFIG_INVALID
 */
export const targetOf = (url: string, variable: string, defaultPort: number): Target => {
  const match = /^(grpcs?):\/\/([^/?#]+)\/?$/.exec(url)
  const addresses = match?.[2]?.split(',').map(part => parse(part.trim(), defaultPort))
  if (!match || !addresses?.every(address => address !== undefined)) throw invalid(url, variable, defaultPort)
  const secure = match[1] === 'grpcs'
  const [first] = addresses
  if (addresses.length === 1 && first && !first.family) return {target: `dns:///${first.text}`, secure}
  if (new Set(addresses.map(({family}) => family)).size > 1 || !first?.family) throw invalid(url, variable, defaultPort)
  return {target: `ipv${first.family}:${addresses.map(({text}) => text).join(',')}`, secure}
}

interface Address {
  text: string
  /** 4 or 6; 0 for a name. */
  family: number
}

const parse = (part: string, defaultPort: number): Address | undefined => {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(part)
  if (!match?.[1]) return undefined
  const host = match[1]
  const port = Number(match[2] ?? defaultPort)
  if (port < 1 || port > 65_535) return undefined
  return {text: `${host}:${port}`, family: isIP(host.replace(/^\[|\]$/g, ''))}
}

const invalid = (url: string, variable: string, port: number): EssenceError =>
  new EssenceError('CONFIG_INVALID', `${variable} is "${url}", which names no gRPC service.`, {
    suggestions: [
      `One service: ${variable}=grpc://host:${port}`,
      `Several, by their IP addresses: ${variable}=grpc://10.0.0.1:${port},10.0.0.2:${port}`,
    ],
  })
