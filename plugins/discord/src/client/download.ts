import {callFailed, DiscordError, fileRefused, throwIfCancelled} from './discord-error.ts'

/** The bytes of a file, as they arrive. @param stallMs longest wait for more of them @throws DiscordError, CANCELLED */
export async function* download(url: string, stallMs: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stalled = new AbortController()
  let timer = setTimeout(() => stalled.abort(), stallMs)
  try {
    const response = await fetch(url, {signal: AbortSignal.any([signal, stalled.signal])})
    if (!response.ok) throw fileRefused(response)
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer)
      timer = setTimeout(() => stalled.abort(), stallMs)
      yield chunk
    }
  } catch (error) {
    if (error instanceof DiscordError) throw error
    throwIfCancelled(signal, 'the download of a file')
    throw callFailed('the download of a file', stalled.signal.aborted ? {code: 'ETIMEDOUT'} : error, false)
  } finally {
    clearTimeout(timer)
  }
}
