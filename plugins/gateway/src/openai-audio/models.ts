import type {Engines} from '@essence/core/engines/open'
import {modelId} from '../openai/model-id.ts'

/** `stt`: hears; `tts`: speaks. */
export type AudioModelKind = 'stt' | 'tts'

/** OpenAI's names: clients have them built in. Each stands for what is here. */
const aliases: Readonly<Record<AudioModelKind, readonly string[]>> = {
  stt: ['whisper-1', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe'],
  tts: ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts'],
}

/** What hears and speaks here, by the names it goes by: its own first. */
export const audioModels = ({stt, tts}: Pick<Engines, 'stt' | 'tts'>): {id: string; kind: AudioModelKind}[] =>
  Object.entries({stt, tts}).flatMap(([role, {info}]) => {
    const kind = role as AudioModelKind
    // One that two of them have, as mocks do, says nothing.
    const isShared = info.model === info.engine || stt.info.model === tts.info.model
    const own = isShared ? `${modelId(info.model)}-${kind}` : modelId(info.model)
    return [own, ...aliases[kind]].map(id => ({id, kind}))
  })
