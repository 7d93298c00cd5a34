// The Realtime API over a WebSocket: docs/realtime.md. A connection that is lost is taken up again, and what was said meanwhile is sent then.
import type {RealtimeClientEvent, RealtimeServerEvent} from 'openai/resources/realtime/realtime'
import {renewed} from '../server/ask.ts'
import {JuneError} from '../server/june-error.ts'
import {tokens} from '../server/tokens.ts'
import {toBase64} from '../sound/base64.ts'

/** The gateway keeps a session so long without its connection, in ms. */
const keptMs = 30_000
const firstRetryMs = 250
/** Of sound, while there is no connection: as much as a session waits for. */
const maxPending = 750

export interface RealtimeOptions {
  conversation: string
  onEvent: (event: RealtimeServerEvent) => void
  /** `lost` until it is `open` again. */
  onState: (state: 'open' | 'lost') => void
  /** It is over, and not by `close`. */
  onEnd: (why: JuneError) => void
}

export interface Realtime {
  send(event: RealtimeClientEvent): void
  /** 16-bit PCM at 24 kHz. */
  hear(pcm: ArrayBuffer): void
  close(): void
}

/** Opens a live conversation with June; resolves once she is there. @throws JuneError */
export const openRealtime = (options: RealtimeOptions): Promise<Realtime> =>
  new Promise((resolve, reject) => {
    let socket: WebSocket
    let id: string | undefined
    let isOver = false
    let lostAt: number | undefined
    let retryMs = firstRetryMs
    /** Events that wait for the connection. */
    const pending: string[] = []

    const send = (event: RealtimeClientEvent): void => {
      const text = JSON.stringify(event)
      if (socket.readyState === WebSocket.OPEN && lostAt === undefined) socket.send(text)
      else {
        pending.push(text)
        if (pending.length > maxPending) pending.shift()
      }
    }
    const realtime: Realtime = {
      send,
      hear: pcm => send({type: 'input_audio_buffer.append', audio: toBase64(pcm)}),
      close() {
        isOver = true
        socket.close(1000)
      },
    }
    const end = (why: JuneError): void => {
      isOver = true
      if (id === undefined) reject(why)
      else options.onEnd(why)
    }

    const connect = (): void => {
      const query = new URLSearchParams(
        id === undefined ? {model: 'june', conversation: options.conversation} : {session: id},
      )
      const access = tokens()?.access
      const protocols = access === undefined ? [] : ['realtime', `openai-insecure-api-key.${access}`]
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
      const mine = new WebSocket(`${scheme}://${location.host}/v1/realtime?${query}`, protocols)
      socket = mine
      mine.addEventListener('open', () => {
        if (id === undefined) return
        // The session goes on where it was.
        lostAt = undefined
        retryMs = firstRetryMs
        for (const text of pending.splice(0)) mine.send(text)
        options.onState('open')
      })
      mine.addEventListener('message', ({data}: MessageEvent<string>) => {
        const event: RealtimeServerEvent = JSON.parse(data)
        if (event.type === 'session.created' && id === undefined) {
          id = (event.session as {id?: string}).id ?? ''
          options.onState('open')
          resolve(realtime)
        }
        options.onEvent(event)
      })
      mine.addEventListener('close', ({code, reason}) => {
        if (isOver || socket !== mine) return
        if (code === 4409) return end(new JuneError('TAKEN_OVER', 'The conversation goes on in another tab.'))
        const now = performance.now()
        lostAt ??= now
        if (now - lostAt > (id === undefined ? 5000 : keptMs))
          return end(new JuneError('UNREACHABLE', reason || 'The connection was lost for too long.', ['Talk again.']))
        options.onState('lost')
        setTimeout(() => void reconnect(access), retryMs)
        retryMs = Math.min(retryMs * 2, 2000)
      })
    }
    /** A refused upgrade says nothing of why to a page: a request that may be made tells. */
    const reconnect = async (access: string | undefined): Promise<void> => {
      const headers = access === undefined ? {} : {authorization: `Bearer ${access}`}
      const status = await fetch('/api/status', {headers}).then(
        response => response.status,
        () => 0,
      )
      if (status === 401) await renewed(access).catch(() => {})
      if (!isOver) connect()
    }
    connect()
  })
