// A conversation on a clock of its own: sound whose words can be read off its samples, a person who speaks by a script, and a June who hears it.
import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import type {Assistant} from '@essence/core/assistant/port'
import {openConversation} from '@essence/core/conversation/conversation'
import type {Clock, ConversationOptions, LiveEvent} from '@essence/core/conversation/port'
import {EssenceError, throwIfCancelled} from '@essence/core/kit/errors'
import type {SpeechToText} from '@essence/core/stt/port'
import type {TextToSpeech} from '@essence/core/tts/port'
import {onTestFinished} from 'vitest'
import {scriptedModel} from '../assistant/scripted-model.ts'

const perMs = 16
/** ms of a word, and of one of June's. */
const wordMs = 320
export const spokenWordMs = 300

/** Words have numbers, and sound of a word is its number: 0.1 and a thousandth for each. Louder or quieter keeps which it is, by a marker sample. */
const words: string[] = []
const numberOf = (word: string): number => {
  if (!words.includes(word)) words.push(word)
  return words.indexOf(word)
}

/** A line as sound. @param gain of its loudness */
const soundOf = (line: string, gain = 1): Float32Array => {
  const parts = line.split(' ').filter(Boolean)
  const sound = new Float32Array(parts.length * wordMs * perMs)
  for (const [i, word] of parts.entries()) {
    const from = i * wordMs * perMs
    // Alternating, so that it has a level; its number is in the ratio of the two halves of the wave.
    const level = 0.1 * gain
    const ratio = (numberOf(word) + 1) / 1000
    for (let at = 0; at < wordMs * perMs; at++) sound[from + at] = at % 2 === 0 ? level : -level * (0.5 + ratio / 2)
  }
  return sound
}

/** The words in a sound; a cut word counts where half of it is there. */
const wordsIn = (sound: Float32Array): string[] => {
  const found: {word: string; samples: number}[] = []
  for (let at = 0; at + 1 < sound.length; at += 2) {
    const [a, b] = [sound[at] as number, sound[at + 1] as number]
    const [up, down] = a > 0 ? [a, -b] : [b, -a]
    if (up < 0.005 || down <= 0) continue
    const word = words[Math.round((down / up - 0.5) * 2 * 1000) - 1]
    if (word === undefined) continue
    const last = found.at(-1)
    if (last?.word === word) last.samples += 2
    else found.push({word, samples: 2})
  }
  return found.filter(({samples}) => samples >= (wordMs * perMs) / 2).map(({word}) => word)
}

const info = {engine: 'scripted', model: 'script', device: 'cpu', deviceReason: 'a test'} as const

export interface TalkOptions {
  /** June's answer to a question. */
  answer?: (question: string) => string
  /** ms that recognition, and the first word of an answer take. */
  hearingMs?: number
  thinkingMs?: number
  /** Replaces it for one call where it gives an error. */
  failHearing?: () => boolean
  failThinking?: () => boolean
  assistant?: Assistant
  conversation?: Partial<ConversationOptions>
}

/** What a line of the person is: words, noises (`*`), silence in ms. */
type Line = string | number | {noise: number} | {line: string; gain: number}

export const openTalk = (options: TalkOptions = {}) => {
  const {answer = question => `You said ${question}.`, hearingMs = 100, thinkingMs = 100} = options
  let now = 0
  const sleepers = new Set<{at: number; wake: () => void}>()
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = {at: now + ms, wake: resolve}
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(new EssenceError('CANCELLED', 'Cancelled.'))
        })
      }),
  }
  const asked: string[] = []
  const prompts: string[][] = []
  const recognizedMs: number[] = []
  const stt = {
    info,
    abilities: {languages: ['en'], translate: false, words: false, prompt: false, confidence: false},
    async recognize(audio, {signal} = {}) {
      recognizedMs.push(audio.length / perMs)
      await clock.sleep(hearingMs, signal)
      if (options.failHearing?.()) throw new EssenceError('ENGINE_FAILED', 'The recogniser fell over.')
      const text = wordsIn(audio).join(' ')
      return {text, segments: [], language: 'en', audioMs: audio.length / perMs}
    },
    stream: () => {
      throw new Error('not used')
    },
    close: async () => {},
  } as SpeechToText
  const tts = {
    info,
    voices: async () => [],
    async *synthesize(text, {signal} = {}) {
      await clock.sleep(50, signal)
      throwIfCancelled(signal)
      yield {pcm: new Float32Array(text.split(' ').length * spokenWordMs * perMs).fill(0.1), sampleRate: 16_000}
    },
    close: async () => {},
  } as TextToSpeech
  const model = scriptedModel(messages => answer(messages.at(-1)?.content ?? ''))
  const chat = model.chat.bind(model)
  const slow = {
    ...model,
    async *chat(...call: Parameters<typeof chat>) {
      prompts.push(call[0].map(({content}) => content))
      asked.push(call[0].at(-1)?.content ?? '')
      await clock.sleep(thinkingMs, call[1]?.signal)
      if (options.failThinking?.()) throw new EssenceError('ENGINE_FAILED', 'The model fell over.')
      yield* chat(...call)
    },
  }
  const assistant = options.assistant ?? chatAssistant(slow)
  const conversation = openConversation({
    engines: {stt, assistant, tts},
    vad: {
      description: 'by loudness',
      neural: false,
      begin: () => ({
        async probabilities(audio) {
          const frames = Array.from({length: audio.length / 512}, (_, i) => audio.subarray(i * 512, (i + 1) * 512))
          return Float32Array.from(frames, frame => (frame.some(sample => Math.abs(sample) > 0.004) ? 0.95 : 0.02))
        },
      }),
      close: async () => {},
    },
    endOfTurn: {
      description: 'words with a full stop',
      // Whoever says "please" or ends with a stop word is done; "and" and "the" go on.
      endOfTurn: async audio => (/\b(?:and|the|to|um)$/.test(wordsIn(audio).join(' ')) ? 0.02 : 0.95),
      close: async () => {},
    },
    ...{speaker: 'test', session: 'test', channel: 'test', clock},
    ...options.conversation,
  })
  const events: (LiveEvent & {at: number})[] = []
  const reading = (async () => {
    for await (const event of conversation.events) events.push({...event, at: now})
  })()
  onTestFinished(() => conversation.close())

  const settle = async (): Promise<void> => {
    for (let i = 0; i < 12; i++) await new Promise(resolve => setImmediate(resolve))
  }
  /** Time goes on, with this sound. */
  const pass = async (sound: Float32Array | undefined, ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 20) {
      conversation.hear(sound?.slice(at * perMs, (at + 20) * perMs) ?? new Float32Array(20 * perMs))
      now += 20
      for (const sleeper of [...sleepers].filter(one => one.at <= now)) {
        sleepers.delete(sleeper)
        sleeper.wake()
      }
      await settle()
    }
  }
  const say = async (...lines: Line[]): Promise<void> => {
    for (const line of lines) {
      if (typeof line === 'number') await pass(undefined, line)
      else if (typeof line === 'object' && 'noise' in line)
        await pass(
          new Float32Array(line.noise * perMs).map((_, i) => (i % 3) * 0.05 - 0.05),
          line.noise,
        )
      else {
        const sound = typeof line === 'string' ? soundOf(line) : soundOf(line.line, line.gain)
        await pass(sound, sound.length / perMs)
      }
    }
  }
  const all = <T extends LiveEvent['type']>(type: T) =>
    events.filter((event): event is Extract<LiveEvent, {type: T}> & {at: number} => event.type === type)
  return {
    ...{conversation, events, all, say, asked, prompts, recognizedMs, reading},
    now: () => now,
    /** What the person has heard of June: ms of sound that were given out between two moments. */
    soundBetween: (from: number, to: number) =>
      all('audio')
        .filter(({at}) => at >= from && at < to)
        .reduce((ms, {pcm, sampleRate}) => ms + (pcm.length / sampleRate) * 1000, 0),
    transcripts: () => all('transcript').map(({transcript}) => transcript.text),
  }
}
