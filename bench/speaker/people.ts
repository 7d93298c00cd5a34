import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {concatSamples} from '@essence/core/audio/pcm'
import type {FindSpeech} from '@essence/core/speaker/port'

export interface Person {
  name: string
  /** All that is speech of their recordings, one after the other: mono, 16 kHz. */
  speech: Float32Array
}

/** The people of a folder: one folder each, with their recordings. */
export const peopleIn = async (folder: string, findSpeech: FindSpeech): Promise<Person[]> => {
  if (!existsSync(folder)) return []
  const people: Person[] = []
  for (const name of readdirSync(folder).sort()) {
    const parts: Float32Array[] = []
    for (const file of readdirSync(join(folder, name)).sort())
      parts.push((await findSpeech(await readAudio({path: join(folder, name, file)}))).audio)
    people.push({name, speech: concatSamples(parts)})
  }
  return people
}

/** Stretches of so many seconds, none of which overlap, spread evenly; `most` at most. */
export const clipsOf = (speech: Float32Array, seconds: number, most: number): Float32Array[] => {
  const size = seconds * 16_000
  const count = Math.floor(speech.length / size)
  const step = Math.max(1, count / most)
  return Array.from({length: Math.min(count, most)}, (_, i) => {
    const at = Math.floor(i * step) * size
    return speech.subarray(at, at + size)
  })
}
