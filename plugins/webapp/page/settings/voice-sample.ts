// A sentence in a voice, to choose it by.
import {create} from 'zustand'
import {ask} from '../server/ask.ts'
import {asJuneError, JuneError, refusal} from '../server/june-error.ts'
import samples from './voice-samples.json'

interface Sample {
  state: 'silent' | 'coming' | 'playing'
  problem: JuneError | undefined
}

export const useVoiceSample = create<Sample>(() => ({state: 'silent', problem: undefined}))

/** The one that is fetched or played. */
let current: AbortController | undefined

export const stopSample = (): void => {
  current?.abort()
  current = undefined
  useVoiceSample.setState({state: 'silent'})
}

/**
 * Plays a sentence in a language; another one that plays stops. From a gesture.
 * @param how.voice an id; undefined: the usual one
 */
export const playSample = async (
  language: string,
  {voice, speed, volume}: {voice: string | undefined; speed: number; volume: number},
): Promise<void> => {
  stopSample()
  const mine = new AbortController()
  current = mine
  useVoiceSample.setState({state: 'coming', problem: undefined})
  const context = new AudioContext()
  try {
    const sound = await context.decodeAudioData(await spoken(sentenceIn(language), {voice, speed}, mine.signal))
    mine.signal.throwIfAborted()
    useVoiceSample.setState({state: 'playing'})
    await played(context, sound, volume, mine.signal)
  } catch (error) {
    if (!mine.signal.aborted) useVoiceSample.setState({problem: asJuneError(error)})
  } finally {
    await context.close()
    if (current === mine) stopSample()
  }
}

const sentenceIn = (language: string): string =>
  Object.entries(samples).find(([code]) => code === language.toLowerCase().split('-')[0])?.[1] ?? samples.en

/** @throws JuneError */
const spoken = async (
  input: string,
  how: {voice: string | undefined; speed: number},
  signal: AbortSignal,
): Promise<ArrayBuffer> => {
  const response = await ask('/v1/audio/speech', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({model: 'tts-1', input, response_format: 'wav', ...how}),
    signal,
  }).catch(error => {
    if (signal.aborted || error instanceof JuneError) throw error
    throw new JuneError('UNREACHABLE', 'June does not answer.', ['See whether `essence up` still runs.'])
  })
  if (!response.ok) throw await refusal(response)
  return response.arrayBuffer()
}

/** Resolves at the end of the sound. */
const played = (context: AudioContext, buffer: AudioBuffer, volume: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const source = new AudioBufferSourceNode(context, {buffer})
    source.connect(new GainNode(context, {gain: volume})).connect(context.destination)
    source.addEventListener('ended', () => resolve())
    signal.addEventListener('abort', () => source.stop())
    source.start()
  })
