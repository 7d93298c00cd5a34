import type {AssistantRequest} from '@essence/core/assistant/port'
import type {EngineInfo} from '@essence/core/compute/engine-info'
import type {Engines} from '@essence/core/engines/open'

const info: EngineInfo = {engine: 'scripted', model: 'scripted', device: 'cpu', deviceReason: 'a test'}

export interface Script {
  /** What is recognised in any sound. */
  heard?: string
  /** What the assistant writes, delta by delta; a function waits, throws, or looks at the request. */
  answer?: (request: AssistantRequest) => AsyncIterable<string> | Iterable<string>
  /** Told each session that is to be forgotten. */
  forget?: (session: string) => void
  /** What goes wrong when it shall speak, if anything does. */
  mute?: () => Error | undefined
}

/** Engines that do what a test says; speech is 100 ms of a tone for each sentence. */
export const scriptedEngines = ({
  heard = 'what is it',
  answer = () => ['It is. ', 'Fine.'],
  forget = () => {},
  mute,
}: Script = {}): Engines => ({
  stt: {
    info,
    abilities: {languages: ['en'], translate: false, words: false, prompt: true, confidence: false},
    async *stream(sound) {
      for await (const _ of sound);
      yield {type: 'final', segment: {text: heard, startMs: 0, endMs: 0}, language: 'en'}
    },
    recognize: async audio => ({text: heard, segments: [], language: 'en', audioMs: audio.length / 16}),
    close: async () => {},
  },
  assistant: {
    info,
    async *reply(request) {
      for await (const text of answer(request)) yield {kind: 'answer', text}
    },
    forget: async session => forget(session),
    close: async () => {},
  },
  tts: {
    info,
    voices: async () => [{id: 'tone', name: 'Tone', language: 'en', gender: 'unknown', sampleRate: 16_000}],
    async *synthesize() {
      const fault = mute?.()
      if (fault) throw fault
      yield {pcm: Float32Array.from({length: 1600}, (_, i) => 0.5 * Math.sin(i / 5)), sampleRate: 16_000}
    },
    close: async () => {},
  },
  lines: ['answers: scripted'],
  notices: ['It only repeats. Install real models: essence models download --all'],
  close: async () => {},
})
