import {concatSamples} from '../../audio/pcm.ts'
import {personRate} from './mixer.ts'
import type {Scenario} from './scenario.ts'
import {music} from './sounds.ts'
import type {Behind, Manner, Step, Words} from './steps.ts'

/** What a person plays into the microphone in one go. */
export interface Prepared {
  /** Mono at `personRate`. */
  pcm: Float32Array
  /** Undefined where nobody knows: a recording without its text. */
  said: string | undefined
  /** Where the network is lost meanwhile, and for how long: ms. */
  drops: {atMs: number; forMs: number}[]
}

/** Gives a person's voice; mono at `personRate`, without silence around it. */
export interface Voices {
  speak(
    text: string,
    manner: {voice?: string | undefined; speed?: number | undefined; language: string},
  ): Promise<Float32Array>
  /** @param path as the scenario has it, from its own folder on  @throws INPUT_NOT_FOUND, AUDIO_UNREADABLE */
  recording(path: string, scenario: string): Promise<Float32Array>
}

type Prepare = (step: Step) => Prepared | undefined

/** Makes all sounds of a scenario before it begins: to speak takes time that a person does not need. @throws what the voices throw */
export const prepareSounds = async (scenario: Scenario, voices: Voices, seed: number): Promise<Prepare> => {
  const prepared = new Map<Step, Prepared>()
  for (const step of scenario.steps.flatMap(each => (each.kind === 'another' ? each.another : [each]))) {
    const sound = await soundOf(step, scenario, voices, seed)
    if (sound) prepared.set(step, sound)
  }
  return step => prepared.get(step)
}

const soundOf = async (step: Step, scenario: Scenario, voices: Voices, seed: number): Promise<Prepared | undefined> => {
  if (step.kind === 'say') return spoken(step.say, step, scenario, voices)
  if (step.kind === 'interrupt') return spoken(step.interrupt, step, scenario, voices)
  if (step.kind === 'recording')
    return {pcm: await voices.recording(step.recording, scenario.file), said: step.text, drops: []}
  if (step.kind === 'mhm' && step.mhm.words !== undefined) return spoken([step.mhm.words], {db: 0}, scenario, voices)
  if (step.kind !== 'behind' || step.behind === 'nothing') return undefined
  return {pcm: await backgroundOf(step.behind, scenario, voices, seed), said: undefined, drops: []}
}

/** Who goes on after a pause does not let the voice fall as at the end of a sentence. */
const unfinished = (text: string): string => (/[\p{L}\p{N}]$/u.test(text) ? `${text},` : text)

const spoken = async (words: Words, manner: Manner, {voice, language}: Scenario, voices: Voices): Promise<Prepared> => {
  const parts: Float32Array[] = []
  const drops: Prepared['drops'] = []
  const samplesOf = (ms: number): number => Math.round((ms * personRate) / 1000)
  const lastWords = words.findLastIndex(part => typeof part === 'string')
  for (const [index, part] of words.entries()) {
    const atMs = (parts.reduce((sum, {length}) => sum + length, 0) * 1000) / personRate
    if (typeof part === 'string')
      parts.push(
        await voices.speak(index < lastWords ? unfinished(part) : part, {
          voice: manner.voice ?? voice,
          language: manner.language ?? language,
          speed: manner.speed,
        }),
      )
    else if ('pause' in part) parts.push(new Float32Array(samplesOf(part.pause)))
    else drops.push({atMs, forMs: part.drop})
  }
  const said = words.filter(part => typeof part === 'string').join(' ')
  return {pcm: concatSamples(parts), said, drops}
}

const backgroundOf = (behind: Exclude<Behind, 'nothing'>, {file, language}: Scenario, voices: Voices, seed: number) => {
  if ('voice' in behind) return voices.speak(behind.voice, {language})
  return 'music' in behind ? Promise.resolve(music(seed)) : voices.recording(behind.recording, file)
}
