import {request} from 'undici'
import {EssenceError, messageOf} from '../../kit/errors.ts'

export interface FetchOptions {
  headers?: Record<string, string> | undefined
  signal: AbortSignal
}

const maxBytes = 1024 ** 2

/**
 * The text at an address that a setting names, up to 1 MiB. Redirects are not followed: only what was configured is asked.
 * @param what "The weather service"
 * @throws REMOTE_UNREACHABLE, REMOTE_REFUSED (any status but 2xx, or too much)
 */
export const fetchText = async (what: string, url: URL, {headers, signal}: FetchOptions): Promise<string> => {
  try {
    const {statusCode, body} = await request(url, {headers: headers ?? {}, signal})
    if (statusCode < 200 || statusCode > 299) {
      await body.dump()
      throw new EssenceError('REMOTE_REFUSED', `${what} answered with status ${statusCode}.`)
    }
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > maxBytes)
        throw new EssenceError('REMOTE_REFUSED', `${what} answered with more than ${maxBytes} bytes.`)
    }
    return Buffer.concat(chunks).toString('utf8')
  } catch (cause) {
    if (cause instanceof EssenceError) throw cause
    throw new EssenceError('REMOTE_UNREACHABLE', `${what} cannot be reached: ${messageOf(cause)}`, {cause})
  }
}
