import {basename} from 'node:path'
import type {Settings} from '../../config/schema.ts'
import {variables} from '../../config/schema.ts'
import {messageOf} from '../../kit/errors.ts'
import {locateModel} from '../../models/cache/locate.ts'
import {type Pace, paceOf, speedText, type VoiceSpeed} from '../../tts/speed.ts'
import {modesOf} from '../modes.ts'
import {chooseVoices} from './choice.ts'
import {installedVoices} from './installed.ts'
import {type MeasuredVoice, type VoiceFile, voiceSpeeds} from './speeds.ts'

export interface SurveyedVoice {
  id: string
  /** Whether June would open it. */
  used: boolean
  /** Undefined where it could not be measured. */
  pace: Pace | undefined
  /** Its speed, or why it has none: completes "piper-en_us-lessac-medium …". */
  text: string
}

/**
 * How fast each installed voice speaks on this machine, or the one TTS_MODEL names, and which are used. Empty where none is installed, or
 * speech comes from elsewhere.
 * @throws CANCELLED
 */
export const surveyVoices = async (settings: Settings, signal: AbortSignal): Promise<SurveyedVoice[]> => {
  const {TTS_URL, TTS_ENGINE} = settings
  if (TTS_URL !== undefined || TTS_ENGINE === 'espeak' || modesOf(settings).tts === 'mock') return []
  const named = await namedVoice(settings)
  const installed = (await installedVoices(settings)).filter(
    ({engine}) => TTS_ENGINE === 'auto' || engine === TTS_ENGINE,
  )
  const measured: MeasuredVoice<VoiceFile>[] = []
  for await (const one of voiceSpeeds<VoiceFile>(settings, named ?? installed, signal)) measured.push(one)
  const speeds = new Map<string, VoiceSpeed>()
  for (const {voice, speed} of measured) if (speed) speeds.set(voice.id, speed)
  const used = named ?? chooseVoices(installed, speeds).voices
  return measured.map(one => ({
    id: one.voice.id,
    used: used.some(({id}) => id === one.voice.id),
    pace: one.speed && paceOf(one.speed),
    text: measuredText(one),
  }))
}

/** What a measurement says: completes "piper-en_us-lessac-medium …". */
export const measuredText = ({speed, error}: MeasuredVoice<VoiceFile>): string =>
  speed ? speedText(speed) : `could not be measured: ${error === undefined ? 'it gave no sound' : messageOf(error)}`

/** The voice TTS_MODEL names, none where it is not here; undefined where the choice is left to the machine. */
const namedVoice = async (settings: Settings): Promise<VoiceFile[] | undefined> => {
  const {JUNE_DATA_DIR: dataDir, HUGGINGFACE_CACHE_DIR: huggingfaceDir, MODEL_CACHE_DIR, TTS_MODEL} = settings
  if (TTS_MODEL === variables.TTS_MODEL.default) return undefined
  // That it is missing is told where the engines are opened.
  const path = await locateModel('tts', TTS_MODEL, MODEL_CACHE_DIR, {dataDir, huggingfaceDir}).catch(() => undefined)
  return path === undefined ? [] : [{id: basename(path), path}]
}
