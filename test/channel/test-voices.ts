import {openBegunEnrolments} from '@essence/core/channel/voices/begun-enrolments'
import {type Voices, voicesOf} from '@essence/core/channel/voices/voices'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import {speakerRecognition} from '@essence/core/speaker/recognition'
import {circleEmbedder, keptVoiceprints, saidBy} from '../speaker/scripted.ts'

/** Opens voices over a recognition; enrolments that have begun are kept in the folder. */
export const testVoices =
  (open: (signal: AbortSignal) => Promise<SpeakerRecognition>, folder: string, now: () => number = Date.now) =>
  async (signal: AbortSignal): Promise<Voices> =>
    voicesOf(await open(signal), await openBegunEnrolments({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}), now)

/** A recognition that knows some people by the angles they speak at. The model is scripted: what it hears of a sound is `next.angle`. */
export const scriptedVoices = async (known: Record<string, number> = {}) => {
  // What the microphone hears next, and how often it was listened to.
  const next = {angle: 0, asked: 0}
  const heard = new WeakMap<Float32Array, number>()
  const kept = keptVoiceprints()
  const recognition = speakerRecognition({
    embedder: circleEmbedder(),
    async findSpeech(audio) {
      next.asked++
      const angle = heard.get(audio) ?? next.angle
      heard.set(audio, angle)
      return {audio: saidBy(angle), speechMs: audio.length / 16}
    },
    voiceprints: kept,
    threshold: 0.7,
  })
  for (const [person, angle] of Object.entries(known)) {
    next.angle = angle
    await recognition.enrol(person, [saidBy(angle), saidBy(angle), saidBy(angle)])
  }
  next.asked = 0
  return {recognition, kept, next}
}
