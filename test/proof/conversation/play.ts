// A scenario played before a scripted June, in no time.
import {personRate} from '@essence/core/proof/conversation/mixer'
import {playScenario} from '@essence/core/proof/conversation/play'
import type {Voices} from '@essence/core/proof/conversation/prepare'
import {parseScenario} from '@essence/core/proof/conversation/read-scenario'
import {type RealtimeScript, scriptedRealtime} from '../../peers/realtime.ts'
import {virtualClock} from './virtual-clock.ts'

const tone = (ms: number): Float32Array =>
  Float32Array.from({length: (ms * personRate) / 1000}, (_, i) => 0.3 * Math.sin((2 * Math.PI * 200 * i) / personRate))

/** Speaks 200 ms of a tone for each word. */
const toneVoices: Voices = {
  speak: async text => tone(200 * text.split(' ').length),
  recording: async path => {
    if (path === 'missing.wav') throw new Error('There is no missing.wav.')
    return tone(1000)
  },
}

/** @param steps as in a file  @param head lines before them */
export const played = async (steps: string, script: RealtimeScript = {}, head: readonly string[] = []) => {
  const clock = virtualClock()
  const {connect, events} = scriptedRealtime(script, clock)
  const lines = steps.split('\n').filter(line => line.trim() !== '')
  const indent = Math.min(...lines.map(line => line.search(/\S/)))
  const text = ['description: A test.', ...head, 'steps:', ...lines.map(line => line.slice(indent))].join('\n')
  const scenario = parseScenario(text, 'test.yaml')
  const signal = new AbortController().signal
  const result = await clock.run(playScenario(scenario, {voices: toneVoices, connect, clock, seed: 1, signal}))
  return {...result, events}
}
