import {availableParallelism} from 'node:os'
import {join} from 'node:path'
import * as z from 'zod'
import {deviceText} from '../../compute/device.ts'
import {cpuModel} from '../../compute/machine.ts'
import type {Settings} from '../../config/schema.ts'
import {throwIfCancelled} from '../../kit/errors.ts'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {withLock} from '../../kit/files/owner-lock.ts'
import {sha256Of} from '../../models/digest.ts'
import {type OnnxVoiceEngine, openVoiceFile} from '../../tts/onnx/open-voice-file.ts'
import {measureVoice, type VoiceSpeed} from '../../tts/speed.ts'

/** How fast voices spoke on this machine, by the sha256 of the model. */
const fileSchema = z.object({
  version: z.literal(1),
  voices: z.record(
    z.string(),
    z.object({machine: z.string(), rtf: z.number().positive(), firstAudioMs: z.number().nonnegative()}),
  ),
})

const fileOf = ({JUNE_DATA_DIR}: Settings): string => join(JUNE_DATA_DIR, 'voice-speeds.json')

/** What a speed holds for: other processors, or another device, and it is measured again. */
const machineText = ({TTS_DEVICE}: Settings): string =>
  `${cpuModel()}, ${availableParallelism()} cores, device ${deviceText(TTS_DEVICE)}`

/** A voice whose speed is asked for. */
export interface VoiceFile {
  id: string
  path: string
  /** Where it is known. */
  engine?: OnnxVoiceEngine | undefined
}

export interface MeasuredVoice<T extends VoiceFile> {
  voice: T
  /** Undefined where it could not be measured. */
  speed: VoiceSpeed | undefined
  /** Why, where it failed. */
  error?: unknown
}

/**
 * How fast voices speak on this machine, one after the other: two at once would slow each other.
 * @throws CANCELLED
 */
export async function* voiceSpeeds<T extends VoiceFile>(
  settings: Settings,
  voices: readonly T[],
  signal?: AbortSignal,
): AsyncGenerator<MeasuredVoice<T>> {
  for (const voice of voices) {
    const measured = await voiceSpeed(settings, voice, signal).then(
      speed => ({voice, speed}),
      (error: unknown) => ({voice, speed: undefined, error}),
    )
    throwIfCancelled(signal)
    yield measured
  }
}

/**
 * How fast the voice in a file speaks on this machine: measured once, and again where the file, the processors or the device are
 * others. Undefined where it gave no sound.
 * @throws what opening the voice throws, ENGINE_FAILED, CANCELLED
 */
const voiceSpeed = async (
  settings: Settings,
  {path: modelPath, engine}: VoiceFile,
  signal: AbortSignal | undefined,
): Promise<VoiceSpeed | undefined> => {
  const [digest, machine] = [await sha256Of(modelPath, signal), machineText(settings)]
  const known = (await readJson(fileOf(settings), fileSchema))?.voices[digest]
  if (known?.machine === machine) return {rtf: known.rtf, firstAudioMs: known.firstAudioMs}
  const voice = await openVoiceFile({modelPath, device: settings.TTS_DEVICE, signal}, engine)
  const speed = await measureVoice(voice, signal).finally(() => voice.close())
  // A folder that cannot be written costs the next start a measurement, nothing else.
  if (speed) await keep(fileOf(settings), digest, {machine, ...speed}).catch(() => {})
  return speed
}

const keep = async (path: string, digest: string, speed: VoiceSpeed & {machine: string}): Promise<void> =>
  withLock(`${path}.lock`, async () => {
    const voices = (await readJson(path, fileSchema))?.voices
    await writeJson(path, {version: 1, voices: {...voices, [digest]: speed}})
  })
