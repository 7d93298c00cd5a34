// The Realtime API over a WebSocket: docs/realtime.md. A connection that is lost is taken up again; where June was started anew, a new session
// goes on with the same conversation.
import type {RealtimeClientEvent, RealtimeSessionCreateRequest as Session} from 'openai/resources/realtime/realtime'
import {JuneError} from '../server/june-error.ts'
import {tokens} from '../server/tokens.ts'
import {toBase64} from '../sound/base64.ts'
import {words} from '../words/words.ts'
import {Outgoing} from './outgoing.ts'
import {whyRefused} from './refused.ts'
import type {ServerEvent} from './server-event.ts'

const firstRetryMs = 250
const maxRetryMs = 2000
/** ms that June is waited for at the beginning, where she does not answer and where she is busy, and later. */
const patience = {away: 5000, busy: 60_000, lost: 120_000}
/** ms from one try to the next at the most; what is more, the page has slept. */
const maxTryMs = 60_000
/** ms from one question whether what was sent has arrived to the next, and ms for the answer. */
const beatMs = 1000
const stallMs = 6000
/** ms in which a connection opens. */
const openingMs = 6000
/** Ids of events that may come twice. */
const maxKnown = 4000

/** `busy`: seconds until June is asked again. */
export type ConnectionState = {kind: 'open' | 'lost'} | {kind: 'busy'; seconds: number}

export interface NewSession {
  session: Session
  /** No other was before it. */
  isFirst: boolean
  /** Sends again what the one before had been sent of the turn under way. */
  resend: () => void
}

export interface RealtimeOptions {
  conversation: string
  onEvent: (event: ServerEvent) => void
  /** Comes before anything that waited is sent. */
  onSession: (given: NewSession) => void
  onState: (state: ConnectionState) => void
  /** The session is over, and another is to go on with the conversation; it begins after that. */
  onGone: () => Promise<void>
  /** Some of what was said while there was no connection is lost. */
  onSoundLost: () => void
  /** It is over, and not by `close`. */
  onEnd: (why: JuneError) => void
}

export interface Realtime {
  send(event: RealtimeClientEvent): void
  /** 16-bit PCM at 24 kHz. */
  hear(pcm: ArrayBuffer): void
  /** To be called often: finds out whether the connection still lives. @param isSpeaking what the person says is not let go */
  look(isSpeaking: boolean): void
  /** What the person said is understood. */
  settle(): void
  readonly isOpen: boolean
  close(): void
}

/** Opens a live conversation with June. */
export const openRealtime = (options: RealtimeOptions): Realtime => {
  const outgoing = new Outgoing()
  const known = new Set<string>()
  let socket: WebSocket | undefined
  /** Of the session; undefined as long as there is none. */
  let id: string | undefined
  let isOpen = false
  let wasOpen = false
  let isOver = false
  /** How long there has been no connection, in ms, without the time that the page slept, and when that was last looked at. */
  let waitedMs = 0
  let waitedAt = performance.now()
  let retryMs = firstRetryMs
  let retry: ReturnType<typeof setTimeout> | undefined
  let beats = 0
  /** The question that is not answered yet. */
  let beat: {id: string; at: number; sent: number} | undefined
  let beatAt = 0

  const send = (event: RealtimeClientEvent): void => {
    const mine = socket
    outgoing.push(event, isOpen && mine ? text => mine.send(text) : undefined)
  }
  const query = (): URLSearchParams =>
    new URLSearchParams(id === undefined ? {model: 'june', conversation: options.conversation} : {session: id})

  const end = (why: JuneError): void => {
    close()
    options.onEnd(why)
  }
  const close = (): void => {
    isOver = true
    clearTimeout(retry)
    removeEventListener('offline', onOffline)
    removeEventListener('online', onOnline)
    socket?.close(1000)
    socket = undefined
  }

  const opened = (mine: WebSocket, session: Session | undefined): void => {
    isOpen = true
    const isFirst = !wasOpen
    wasOpen = true
    waitedMs = 0
    retryMs = firstRetryMs
    beat = undefined
    const give = (text: string): void => mine.send(text)
    if (outgoing.hasLost) options.onSoundLost()
    if (session) options.onSession({session, isFirst, resend: () => outgoing.resend(give)})
    outgoing.flush(give)
    options.onState({kind: 'open'})
  }

  /** What was on its way when a connection was lost may come twice. */
  const isKnown = (event: ServerEvent): boolean => {
    if (!('event_id' in event) || known.has(event.event_id)) return 'event_id' in event
    known.add(event.event_id)
    const [oldest] = known
    if (known.size > maxKnown && oldest !== undefined) known.delete(oldest)
    return false
  }

  const take = (mine: WebSocket, event: ServerEvent): void => {
    if (isKnown(event)) return
    if (event.type === 'session.created') {
      id = (event.session as {id?: string}).id
      opened(mine, event.session as Session)
      options.onEvent(event)
    } else if (event.type === 'error' && beat && event.error.event_id === beat.id) {
      outgoing.confirm(beat.sent)
      beat = undefined
    } else if (event.type !== 'error' || !event.error.event_id?.startsWith('beat-')) options.onEvent(event)
  }

  const connect = (): void => {
    if (isOver || socket) return
    const access = tokens()?.access
    const protocols = access === undefined ? [] : ['realtime', `openai-insecure-api-key.${access}`]
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const isResumed = id !== undefined
    const mine = new WebSocket(`${scheme}://${location.host}/v1/realtime?${query()}`, protocols)
    socket = mine
    setTimeout(() => {
      if (socket === mine && !isOpen) lost(0)
    }, openingMs)
    mine.addEventListener('open', () => {
      if (socket === mine && isResumed) opened(mine, undefined)
    })
    mine.addEventListener('message', ({data}: MessageEvent<string>) => {
      if (socket === mine) take(mine, JSON.parse(data))
    })
    mine.addEventListener('close', ({code}) => {
      if (socket !== mine) return
      if (code === 4409) return end(takenOver())
      lost(mine.bufferedAmount)
    })
  }

  /** @param bytes that had not left; Infinity: the connection was dead, nobody knows since when */
  const lost = (bytes: number): void => {
    socket?.close(4000)
    socket = undefined
    if (isOpen) waitedAt = performance.now()
    if (wasOpen) options.onState({kind: 'lost'})
    if (isOpen) {
      isOpen = false
      outgoing.lose(bytes)
      connect()
    } else again(retryMs)
  }
  const again = (ms: number): void => {
    clearTimeout(retry)
    retry = setTimeout(() => void reconnect(), ms)
  }
  const reconnect = async (): Promise<void> => {
    const refused = await whyRefused(query())
    if (isOver || socket) return
    if (refused.kind === 'never') return end(refused.error)
    if (refused.kind === 'gone') {
      id = undefined
      await options.onGone()
      return reconnect()
    }
    if (refused.kind === 'none') {
      connect()
      return
    }
    const now = performance.now()
    waitedMs += Math.min(now - waitedAt, maxTryMs)
    waitedAt = now
    if (waitedMs > (wasOpen ? patience.lost : patience[refused.kind === 'busy' ? 'busy' : 'away'])) {
      return end(refused.kind === 'busy' ? busy() : refused.kind === 'unable' ? refused.error : unreachable())
    }
    if (refused.kind === 'busy') options.onState({kind: 'busy', seconds: refused.seconds})
    else if (wasOpen) options.onState({kind: 'lost'})
    // A request may wait on a connection that is dead; a WebSocket is always a new one.
    if (refused.kind === 'busy') again(refused.seconds * 1000)
    else retry = setTimeout(connect, retryMs)
    retryMs = Math.min(retryMs * 2, maxRetryMs)
  }
  const onOffline = (): void => {
    if (isOpen) lost(Number.POSITIVE_INFINITY)
  }
  const onOnline = (): void => {
    if (!socket) again(0)
  }
  addEventListener('offline', onOffline)
  addEventListener('online', onOnline)
  connect()

  return {
    send,
    hear: pcm => send({type: 'input_audio_buffer.append', audio: toBase64(pcm)}),
    look(isSpeaking) {
      outgoing.keep(isSpeaking)
      const now = performance.now()
      if (!isOpen || !socket) return
      if (beat && now - beat.at > stallMs) return lost(Number.POSITIVE_INFINITY)
      if (beat || now - beatAt < beatMs) return
      beatAt = now
      beat = {id: `beat-${++beats}`, at: now, sent: outgoing.unconfirmed}
      // There is no such item: being told so tells that all before it has arrived.
      const asked: RealtimeClientEvent = {type: 'conversation.item.retrieve', item_id: 'none', event_id: beat.id}
      socket.send(JSON.stringify(asked))
    },
    settle: () => outgoing.settle(),
    get isOpen() {
      return isOpen
    },
    close,
  }
}

const takenOver = (): JuneError =>
  new JuneError('TAKEN_OVER', words.t('error.takenOver', {ns: 'talk'}), [words.t('error.takenOverStep', {ns: 'talk'})])
const unreachable = (): JuneError =>
  new JuneError('UNREACHABLE', words.t('error.lost', {ns: 'talk'}), [words.t('error.lostStep', {ns: 'talk'})])
const busy = (): JuneError =>
  new JuneError('BUSY', words.t('error.busy', {ns: 'talk'}), [words.t('error.busyStep', {ns: 'talk'})])
