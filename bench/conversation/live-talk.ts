import type {AssistantRequest} from '@essence/core/assistant/port'
import {readConfig} from '@essence/core/config/read'
import {openConversation} from '@essence/core/conversation/conversation'
import type {ConversationOptions, LiveEvent} from '@essence/core/conversation/port'
import {openListening} from '@essence/core/engines/listening'
import {openEngines} from '@essence/core/engines/open'
import {piper, smolLM2, whisper} from '../../test/weights/published.ts'
import {benchFolder} from '../harness.ts'

export const rate = 16_000

/** ms of sound that a microphone gives at once. */
const pieceMs = 20

/** Time that something of ours did not decide on: an engine at work. In ms of `performance.now`. */
export interface Busy {
  from: number
  to: number
  what?: string
}

/** Engines on the kit's weights, one thread each, that note when they are at work. */
export const openLive = async (say?: (request: AssistantRequest) => string) => {
  for (const {missing} of [whisper['tiny.en'], smolLM2, piper]) if (missing) throw new Error(missing)
  const folder = benchFolder()
  const {settings} = await readConfig({
    env: {
      ...{ENV_SH: '/dev/null', JUNE_DATA_DIR: folder, MODEL_CACHE_DIR: folder},
      ...{STT_MODEL: whisper['tiny.en'].path, MODEL_NAME: smolLM2.path, TTS_MODEL: piper.path},
      ...{MAX_CONTEXT_LENGTH: '2048', MODEL_MAX_TOKENS: '60', STT_THREADS: '1', LLM_THREADS: '1'},
    },
  })
  const {stt, assistant, tts, ...engines} = await openEngines(settings)
  const {vad, endOfTurn, ...listening} = await openListening(settings)
  const busy: Busy[] = []
  const during = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const one = {what, from: performance.now(), to: Number.POSITIVE_INFINITY}
    busy.push(one)
    try {
      return await work()
    } finally {
      one.to = performance.now()
    }
  }
  /** At work while the next piece is waited for. */
  async function* whileWaiting<T>(what: string, pieces: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = pieces[Symbol.asyncIterator]()
    try {
      for (;;) {
        const {value, done} = await during(what, () => iterator.next())
        if (done) return
        yield value
      }
    } finally {
      await iterator.return?.()
    }
  }
  const noting: Pick<ConversationOptions, 'engines' | 'vad' | 'endOfTurn'> = {
    engines: {
      stt: {...stt, recognize: (...asked) => during('hear', () => stt.recognize(...asked))},
      assistant: {
        ...assistant,
        async *reply(request) {
          if (!say) return yield* whileWaiting('think', assistant.reply(request))
          for (const word of say(request).match(/\s*\S+/g) ?? []) yield {kind: 'answer', text: word}
        },
      },
      tts: {...tts, synthesize: (...asked) => whileWaiting('speak', tts.synthesize(...asked))},
    },
    vad,
    endOfTurn: {...endOfTurn, endOfTurn: (...asked) => during('judge', () => endOfTurn.endOfTurn(...asked))},
  }
  return {
    noting,
    tts,
    busy,
    lines: [...engines.lines, `end of turn: ${endOfTurn.description}`],
    async close() {
      await Promise.all([engines.close(), listening.close()])
    },
  }
}

export type Live = Awaited<ReturnType<typeof openLive>>

/** A conversation with a microphone that gives sound in real time: what is played to it, over the noise of a quiet room. */
export const openRoom = (live: Live, session: string, change: Partial<ConversationOptions> = {}) => {
  const conversation = openConversation({...live.noting, speaker: 'bench', session, channel: 'bench', ...change})
  const events: (LiveEvent & {at: number})[] = []
  const heardAt = new Set<() => void>()
  const reading = (async () => {
    for await (const event of conversation.events) {
      events.push({...event, at: performance.now()})
      for (const tell of heardAt) tell()
    }
  })()
  const samples = (pieceMs * rate) / 1000
  let queue: Float32Array[] = []
  let seed = 1
  const hiss = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (seed / 0x7fff_ffff - 0.5) * 0.001
  }
  /** What else the microphone hears, from now on. */
  let beside: ((piece: Float32Array) => void) | undefined
  let next = performance.now()
  let stopped = false
  const microphone = (async () => {
    while (!stopped) {
      const piece = Float32Array.from({length: samples}, hiss)
      const said = queue.shift()
      said?.forEach((sample, i) => {
        piece[i] = (piece[i] as number) + sample
      })
      beside?.(piece)
      conversation.hear(piece)
      next += pieceMs
      await new Promise(resolve => setTimeout(resolve, Math.max(0, next - performance.now())))
    }
  })()
  const first = async <E extends LiveEvent & {at: number}>(
    isIt: (event: LiveEvent & {at: number}) => event is E,
    withinMs: number,
  ): Promise<E | undefined> => {
    const deadline = performance.now() + withinMs
    for (;;) {
      const found = events.find(isIt)
      const left = deadline - performance.now()
      if (found || left <= 0) return found
      await new Promise<void>(resolve => {
        const timer = setTimeout(done, left)
        function done(): void {
          clearTimeout(timer)
          heardAt.delete(done)
          resolve()
        }
        heardAt.add(done)
      })
    }
  }
  return {
    ...{conversation, events},
    /** Plays sound; resolves when the last of it has been heard, to when it began and ended. */
    async play(sound: Float32Array): Promise<Busy> {
      for (let at = 0; at < sound.length; at += samples) queue.push(sound.slice(at, at + samples))
      const from = next
      const to = from + (sound.length / rate) * 1000
      await new Promise(resolve => setTimeout(resolve, to - performance.now()))
      return {from, to}
    },
    listenBeside: (more: (piece: Float32Array) => void) => {
      beside = more
    },
    /** The first event of a type since a moment; undefined where none comes in time. */
    until: <T extends LiveEvent['type']>(type: T, since: number, withinMs = 20_000) =>
      first(
        (event): event is Extract<LiveEvent, {type: T}> & {at: number} => event.type === type && event.at >= since,
        withinMs,
      ),
    /** The end of a response; undefined where it does not come in time. */
    ended: (response: string, withinMs: number) =>
      first(
        (event): event is Extract<LiveEvent, {type: 'responseEnded'}> & {at: number} =>
          event.type === 'responseEnded' && event.response === response,
        withinMs,
      ),
    async close() {
      stopped = true
      queue = []
      await microphone
      await conversation.close()
      await reading
    },
  }
}

export type Room = ReturnType<typeof openRoom>
