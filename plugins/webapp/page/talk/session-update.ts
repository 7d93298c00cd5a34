import type {RealtimeSessionCreateRequest} from 'openai/resources/realtime/realtime'
import {preferences, usePreferences} from '../settings/preferences.ts'
import type {Preferences} from '../settings/stored-preferences.ts'

type Update = Omit<RealtimeSessionCreateRequest, 'type'>

/** How a session began, which is what stands where nothing is preferred. */
export interface Usual {
  voice: string | undefined
  transcriber: string | undefined
}

export const usualOf = ({audio}: RealtimeSessionCreateRequest): Usual => {
  const voice = audio?.output?.voice
  return {
    voice: typeof voice === 'string' ? voice : undefined,
    transcriber: audio?.input?.transcription?.model,
  }
}

type Updates = {[K in 'talking' | 'voice' | 'language' | 'speed']: (wanted: Preferences, usual: Usual) => Update}

/** One for each preference: where one is refused, a voice that is gone, the others are in force all the same. */
const updates: Updates = {
  talking: ({talking}) => ({
    audio: {input: {turn_detection: talking === 'push-to-talk' ? null : {type: 'semantic_vad'}} as never},
  }),
  voice: ({voice}, usual) => ({audio: {output: {voice: voice ?? usual.voice ?? ''}}}),
  language: ({language}, {transcriber: model}) => ({
    audio: {input: {transcription: {...(model && {model}), ...(language && {language})}}},
  }),
  speed: ({speed}) => ({audio: {output: {speed}}}),
}
const names = Object.keys(updates) as (keyof Updates)[]

/** What a session that has begun is to be told. */
export const firstUpdates = (usual: Usual): Update[] => {
  const wanted = preferences()
  return names
    .filter(name => name === 'talking' || (name === 'speed' ? wanted.speed !== 1 : wanted[name] !== undefined))
    .map(name => updates[name](wanted, usual))
}

/** Tells a session what changes while it goes on. @returns ends it */
export const followPreferences = (usual: () => Usual, send: (update: Update) => void): (() => void) =>
  usePreferences.subscribe((wanted, before) => {
    for (const name of names) if (wanted[name] !== before[name]) send(updates[name](wanted, usual()))
  })
