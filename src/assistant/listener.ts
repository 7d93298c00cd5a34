import type {EngineInfo} from '../compute/engine-info.ts'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import {KeyedQueue} from '../kit/flow/keyed-queue.ts'
import type {ChatMessage} from '../llm/port.ts'
import type {Exchange, Memory, OpenConversation} from '../memory/port.ts'
import type {Toolbox} from '../tools/port.ts'
import {refusalIn} from './agreement.ts'
import {type Conversations, openConversations} from './conversation-history.ts'
import {carryOut, decide, decisionOf} from './decisions.ts'
import type {FastAnswer, FastPath} from './fast-path/fast-path.ts'
import {Rooms} from './group/rooms.ts'
import {isKeyOf, keyOf, openHistories} from './histories.ts'
import type {Assistant, AssistantDelta, AssistantRequest, Mind} from './port.ts'
import {RecentSessions, type RecentSessionsOptions} from './recent-sessions.ts'
import {untilSettled} from './settled.ts'
import {wordDeltas} from './word-deltas.ts'

/** What every assistant of ours has, whatever thinks of its answers. */
export interface ListenerOptions extends RecentSessionsOptions {
  /** Messages of a session that are remembered in the process, user's and assistant's. Default 20. */
  historyMessages?: number | undefined
  /** What was said to another assistant before, to which this one adds. Default: nothing. */
  conversations?: Conversations | undefined
  /** What outlives the process. Default: conversations are kept in it. */
  memory?: Memory | undefined
  /** Whose questions a yes or no answers. */
  toolbox?: Toolbox | undefined
  /** What is answered without thinking. */
  fastPath?: FastPath | undefined
  /** What doors may ask for beside answers. */
  mind?: Mind | undefined
  /** What was missing at the start. */
  lacks?: readonly string[] | undefined
}

/** What was thought of. */
export interface Thought {
  /** Undefined: nothing worth remembering. */
  exchange: Exchange | undefined
  /** Its end, yielded once the exchange is stored. */
  last?: AssistantDelta | undefined
}

export interface Thinker {
  info: EngineInfo
  /**
   * @param done what was just done because the person said yes: the call and its result
   * @param key of the conversation, also for those who keep something of it
   * @param among who speaks among others, and what they said; empty where the person is alone
   */
  think(
    request: AssistantRequest,
    history: OpenConversation,
    turn: {done: ChatMessage[]; key: string; among: string},
  ): AsyncGenerator<AssistantDelta, Thought>
  forget?(key: string): void
  forgetThose?(which: (key: string) => boolean): void
  close(): Promise<void>
}

/** Requests of one session that may wait or run: each answers what was said before it. */
const requestsPerSession = 16

const tooMany = (): EssenceError =>
  new EssenceError('ENGINE_BUSY', `${requestsPerSession} requests of this conversation are waiting already.`, {
    suggestions: ['Wait for the answers.'],
  })

/**
 * Listens to one utterance of a session after the other: a yes or no to what was asked, what needs no thinking, and else what the thinker
 * answers; and remembers what came to its end.
 */
export const listener = (thinker: Thinker, options: ListenerOptions): Assistant => {
  const {historyMessages, memory, toolbox, fastPath} = options
  const conversations = options.conversations ?? openConversations(historyMessages, options)
  const histories = openHistories(conversations, memory)
  const lastAnswers = new RecentSessions<{text?: string}>(() => ({}), options)
  const rooms = new Rooms(options)
  const forgetInRooms = (speaker: string): void => {
    for (const key of rooms.forget(speaker)) thinker.forget?.(key)
  }
  memory?.onErasedAll(speaker => {
    forgetInRooms(speaker)
    lastAnswers.forgetThose(isKeyOf(speaker))
    conversations.forgetThose(isKeyOf(speaker))
    thinker.forgetThose?.(isKeyOf(speaker))
  })
  const line = new KeyedQueue<string>({maxWaiting: requestsPerSession - 1, refusal: tooMany})

  /** An exchange and the fact in it, as it was said, where the memory has not understood it as another. */
  const remember = async (request: AssistantRequest, exchange: Exchange, fact: string): Promise<void> => {
    const {speaker} = request
    const known = new Set((await memory?.facts(speaker))?.map(({id}) => id))
    await (await histories.open(request)).add(exchange)
    if (memory && (await memory.facts(speaker)).every(({id}) => known.has(id)))
      await memory.note(speaker, {text: fact, provenance: 'said'})
  }

  /** What needs no thinking; what would need the database for that is left to the thinker while it is away. */
  const quickAnswer = async (request: AssistantRequest, key: string): Promise<FastAnswer | undefined> => {
    try {
      const quick = await fastPath?.(request, lastAnswers.open(key).text)
      // Before it is said that it was.
      if (quick?.noted) {
        await untilSettled(request)
        await remember(request, {user: request.text, assistant: quick.text}, quick.noted)
      }
      return quick
    } catch (error) {
      if (isEssenceError(error) && error.code === 'STORE_UNAVAILABLE') return undefined
      throw error
    }
  }

  /** @param keep given what is still to be done for the session when the answer has ended */
  async function* answer(
    request: AssistantRequest,
    keep: (rest: Promise<void>) => void,
  ): AsyncGenerator<AssistantDelta, void> {
    const {signal, language} = request
    const key = keyOf(request)
    const decision = toolbox && (await decisionOf(request, toolbox))
    if (decision) await untilSettled(request)
    if (decision && !decision.accepted) {
      await decide(decision, toolbox, request)
      return yield* wordDeltas(refusalIn(language), signal)
    }
    const quick = decision ? undefined : await quickAnswer(request, key)
    if (quick) {
      const {text, confirmation, action} = quick
      yield* wordDeltas(text, signal)
      if (confirmation || action) yield {kind: 'answer', text: '', confirmation, action}
      return
    }
    const opened = await histories.open(request)
    const history: OpenConversation = {
      ...opened,
      async add(exchange) {
        await opened.add(exchange)
        rooms.said(request)
      },
    }
    const done = decision && toolbox ? await carryOut(decision, toolbox, request) : []
    const thought = thinker.think(request, history, {done, key, among: rooms.notesFor(request)})
    if (request.live) return yield* liveThought(thought, request, history, keep)
    const {exchange, last} = yield* thought
    if (exchange) await history.add(exchange)
    if (last) yield last
  }

  return {
    info: thinker.info,
    mind: options.mind,
    get lacks() {
      return [...(options.lacks ?? []), ...(toolbox?.lacks ?? []), ...(histories.lack ? [histories.lack] : [])]
    },
    async *reply(request) {
      const leave = await line.acquire(keyOf(request), request.signal)
      let rest: Promise<void> | undefined
      try {
        let text = ''
        const keep = (more: Promise<void>): void => {
          rest = more
        }
        for await (const delta of answer(request, keep)) {
          if (delta.kind === 'answer') text += delta.text
          yield delta
        }
        if (text.trim() !== '') lastAnswers.open(keyOf(request)).text = text.trim()
      } finally {
        // The next request of the session sees what was heard of this answer.
        if (rest) void rest.finally(leave)
        else leave()
      }
    },
    async forget(session, speaker = session) {
      const key = keyOf({speaker, session})
      lastAnswers.forget(key)
      thinker.forget?.(key)
      forgetInRooms(speaker)
      await histories.forget({speaker, session})
    },
    close: () => thinker.close(),
  }
}

/** Stands in the history where an answer was interrupted before a word of it: templates of models want one for each question. */
const nothingHeard = '…'

/** Passes on what is thought, and keeps of it what is heard, once that is known; of what was never said nothing. */
async function* liveThought(
  thought: AsyncGenerator<AssistantDelta, Thought>,
  {text: user, live, signal}: AssistantRequest,
  history: OpenConversation,
  keep: (rest: Promise<void>) => void,
): AsyncGenerator<AssistantDelta, void> {
  let exchange: Exchange | undefined
  try {
    const ended = yield* thought
    exchange = ended.exchange
    if (ended.last) yield ended.last
  } finally {
    const isKept = exchange !== undefined || signal?.aborted === true
    const remember = async (): Promise<void> => {
      const heard = await live?.heard
      if (heard === undefined || (heard === '' && !isKept)) return
      await history.add({user, ...exchange, assistant: heard || nothingHeard})
    }
    // What cannot be stored is lost with the answer; the next one says that the memory is away.
    keep(remember().catch(() => {}))
  }
}
