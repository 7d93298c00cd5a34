import {EssenceError, isEssenceError} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import type {VoiceEngine} from './engine.ts'
import type {Voice} from './port.ts'

/**
 * Several engines as one: a voice or language is looked for in the first, then the second … So a neural voice speaks what it can, and
 * another engine the languages it lacks. A voice whose id one before has already goes by `engine:id`. Speed and pitch are native only
 * as far as all engines have them.
 * @param engines at least one. Closing closes all
 * @param main the one whose default voice is the default
 */
export const fallbackVoices = (
  engines: readonly [VoiceEngine, ...VoiceEngine[]],
  main: VoiceEngine = engines[0],
): VoiceEngine => {
  const owners = new Map<string, {engine: VoiceEngine; id: string}>()
  const voices: Voice[] = []
  for (const engine of engines) {
    for (const voice of engine.voices) {
      const id = owners.has(voice.id) ? `${engine.info.engine}:${voice.id}` : voice.id
      owners.set(id, {engine, id: voice.id})
      voices.push({...voice, id, engine: engine.info.engine})
    }
  }
  /** The id here of a voice an engine knows; also of one it does not list (`en-us+m3`). */
  const idOf = (engine: VoiceEngine, id: string): string => {
    const listed = owners.get(id)
    if (!listed) owners.set(id, {engine, id})
    return !listed || listed.engine === engine ? id : `${engine.info.engine}:${id}`
  }
  const resolveIn = (engine: VoiceEngine, asked: string): string | undefined => {
    try {
      return idOf(engine, engine.resolve(asked))
    } catch (error) {
      if (isEssenceError(error) && error.code === 'VOICE_UNKNOWN') return undefined
      throw error
    }
  }

  return {
    info: main.info,
    voices,
    defaultVoice: idOf(main, main.resolve(main.defaultVoice)),
    resolve(asked) {
      if (owners.has(asked)) return asked
      for (const engine of engines) {
        const id = resolveIn(engine, asked)
        if (id !== undefined) return id
      }
      const near = nearest(asked, owners.keys())
      const names = engines.map(({info}) => info.engine).join(', ')
      throw new EssenceError('VOICE_UNKNOWN', `No voice or language "${asked}" in ${names}.`, {
        suggestions: [...(near ? [`Did you mean "${near}"?`] : []), 'List them: essence voices'],
      })
    },
    voiceFor(language) {
      for (const engine of engines) {
        const id = engine.voiceFor(language)
        if (id !== undefined) return idOf(engine, id)
      }
      return undefined
    },
    native: {
      speed: engines.every(({native}) => native.speed),
      pitch: Math.min(...engines.map(({native}) => native.pitch)),
    },
    concurrency: 1,
    speak(clause, options) {
      const {engine, id} = owners.get(options.voice) ?? {engine: main, id: options.voice}
      return engine.speak(clause, {...options, voice: id})
    },
    async close() {
      const ends = await Promise.allSettled(engines.map(engine => engine.close()))
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    },
  }
}
