import type {AssistantRequest} from '@essence/core/assistant/port'
import type {EngineInfo} from '@essence/core/compute/engine-info'
import type {Engines} from '@essence/core/engines/open'
import {throwIfCancelled} from '@essence/core/kit/errors'

const info: EngineInfo = {engine: 'scripted', model: 'none', device: 'cpu', deviceReason: 'for tests'}

export interface Script {
  /** What is heard in every sound; empty: nothing. */
  heard?: string
  /** What is answered. Awaited, so that a test can hold a turn. */
  reply?: (request: AssistantRequest) => string | Promise<string>
  /** Thrown by recognition, by thinking or by speaking. */
  sttError?: Error
  ttsError?: Error
  notices?: string[]
}

/** Engines that do as they are told, at once; speech is a tone of 10 ms a character. */
export const scriptedEngines = (script: Script = {}) => {
  const requests: AssistantRequest[] = []
  let closed = 0
  const close = async (): Promise<void> => {
    closed++
  }
  const engines: Engines = {
    stt: {
      info,
      abilities: {languages: ['en'], translate: false, words: false, prompt: true, confidence: false},
      async *stream(sound) {
        for await (const _ of sound);
        const text = script.heard ?? 'hello june'
        yield {type: 'final', segment: {text, startMs: 0, endMs: 0}, language: 'en'}
      },
      recognize: async (audio, {signal} = {}) => {
        throwIfCancelled(signal)
        if (script.sttError) throw script.sttError
        return {text: script.heard ?? 'hello june', segments: [], language: 'en', audioMs: audio.length / 16}
      },
      close,
    },
    assistant: {
      info,
      async *reply(request) {
        requests.push(request)
        const reply = Promise.resolve(script.reply?.(request) ?? `You said: ${request.text}.`)
        const cancelled = new Promise<never>((_, reject) => {
          const abort = (): void => reject(request.signal?.reason)
          if (request.signal?.aborted) abort()
          else request.signal?.addEventListener('abort', abort, {once: true})
        })
        yield {kind: 'answer', text: await Promise.race([reply, cancelled])}
      },
      forget: async () => {},
      close,
    },
    tts: {
      info,
      voices: async () => [],
      async *synthesize(text, {signal} = {}) {
        throwIfCancelled(signal)
        if (script.ttsError) throw script.ttsError
        yield {
          pcm: Float32Array.from(
            {length: text.length * 160},
            (_, n) => 0.3 * Math.sin((2 * Math.PI * 440 * n) / 16_000),
          ),
          sampleRate: 16_000,
        }
      },
      close,
    },
    lines: ['scripted engines'],
    notices: script.notices ?? [],
    close,
  }
  return {engines, requests, closed: () => closed}
}
