import {type Clock, pauseMs} from '@essence/core/channel/clock'
import {checkClaims, collectWithin, type RecordingLimits} from '@essence/core/channel/recording-limits'
import {EssenceError, messageOf} from '@essence/core/kit/errors'
import {retry} from '@essence/core/kit/flow/retry'
import type {Log} from '@essence/core/service/log'
import * as z from 'zod'
import type {DiscordApi} from '../client/discord-api.ts'
import {DiscordError} from '../client/discord-error.ts'
import type {Sound} from '../incoming/incoming.ts'

/** Reading can be repeated as often as one likes; but a person who waits longer than this has something wrong to hear of. */
const withinMs = 120_000

/** Where Discord keeps what people send: https://discord.com/developers/docs/reference#signed-attachment-cdn-urls */
const hosts = new Set(['cdn.discordapp.com', 'media.discordapp.net'])

const message = z.object({attachments: z.array(z.object({id: z.string(), url: z.url()}))})

export interface FetchOptions {
  api: DiscordApi
  /** Address of the API; a server in its place keeps its files itself. */
  apiRoot: string
  limits: RecordingLimits
  clock: Clock
  log: Log
}

/**
 * The bytes of a recording, asked for again while Discord or the network stumbles. Addresses of files hold for a day; of a message that
 * waited longer a new one is asked for.
 * @throws AUDIO_TOO_LARGE, AUDIO_TOO_LONG, AUDIO_EMPTY, CANCELLED, DiscordError
 */
export const fetchRecording = (
  sound: Sound,
  {channelId, messageId}: {channelId: string; messageId?: string | undefined},
  {api, apiRoot, limits, clock, log}: FetchOptions,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  checkClaims(sound, limits)
  let {url} = sound
  let isFresh = false

  const renewUrl = async (): Promise<boolean> => {
    if (isFresh || messageId === undefined) return false
    isFresh = true
    const {data} = message.safeParse(await api.message(channelId, messageId, signal))
    const found = data?.attachments.find(({id}) => id === sound.attachmentId)
    if (!found) return false
    url = found.url
    return true
  }

  const fetchOnce = async (): Promise<Uint8Array> => {
    const {protocol, host, origin} = new URL(url)
    if (!(protocol === 'https:' && hosts.has(host)) && origin !== new URL(apiRoot).origin)
      throw new EssenceError('REMOTE_REFUSED', `A recording lies at ${host}, where Discord keeps none.`)
    try {
      return await collectWithin(api.download(url, signal), limits)
    } catch (error) {
      const isGone = error instanceof DiscordError && (error.status === 403 || error.status === 404)
      if (isGone && (await renewUrl())) return await fetchOnce()
      throw error
    }
  }

  return retry(fetchOnce, {
    signal,
    withinMs,
    wait: (ms, signal) => clock.wait(ms, signal),
    retryable: error => error instanceof DiscordError && (error.retryable || error.code === 'TOKEN_REJECTED'),
    pause: (failures, error) => (error as DiscordError).retryAfterMs ?? pauseMs(failures),
    onRetry: ({error, pauseMs}) =>
      log.warn({why: messageOf(error), pauseMs: Math.round(pauseMs)}, 'a recording could not be fetched; trying again'),
  })
}
