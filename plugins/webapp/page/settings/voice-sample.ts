// A sentence in a voice, to choose it by.
import {create} from 'zustand'
import {askFor, posting} from '../server/ask.ts'
import {asJuneError, type JuneError} from '../server/june-error.ts'
import {openOutput} from '../sound/output.ts'
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
export const playSample = async (language: string, how: {voice: string | undefined; speed: number}): Promise<void> => {
  stopSample()
  const mine = new AbortController()
  current = mine
  useVoiceSample.setState({state: 'coming', problem: undefined})
  const {context, out, ready} = openOutput()
  try {
    const sound = await context.decodeAudioData(await spoken(sentenceIn(language), how, mine.signal))
    await ready
    mine.signal.throwIfAborted()
    useVoiceSample.setState({state: 'playing'})
    await played(sound, out, mine.signal)
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
  const asked = {model: 'tts-1', input, response_format: 'wav', ...how}
  return (await askFor('/v1/audio/speech', posting(asked, {signal}))).arrayBuffer()
}

/** Resolves at the end of the sound. */
const played = (buffer: AudioBuffer, out: AudioNode, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const source = new AudioBufferSourceNode(out.context, {buffer})
    source.connect(out)
    source.addEventListener('ended', () => resolve())
    signal.addEventListener('abort', () => source.stop())
    source.start()
  })
