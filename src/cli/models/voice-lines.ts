import type {Settings} from '../../config/schema.ts'
import type {InstalledVoice} from '../../engines/voices/choice.ts'
import {installedVoices} from '../../engines/voices/installed.ts'
import {type MeasuredVoice, voiceSpeeds} from '../../engines/voices/speeds.ts'
import {measuredText} from '../../engines/voices/survey.ts'
import {paceOf} from '../../tts/speed.ts'

/** How fast the voices among models that were installed speak here; a model whose speed is known is not measured again. */
export const measureInstalled = async (
  settings: Settings,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<MeasuredVoice<InstalledVoice>[]> => {
  const measured: MeasuredVoice<InstalledVoice>[] = []
  // They are installed, whatever becomes of measuring them.
  try {
    const voices = (await installedVoices(settings)).filter(({id}) => ids.includes(id))
    for await (const one of voiceSpeeds(settings, voices, signal)) measured.push(one)
  } catch {}
  return measured
}

/** For people. */
export const voiceLine = (measured: MeasuredVoice<InstalledVoice>): string =>
  `${measured.voice.id} ${measuredText(measured)}`

/** For --json. */
export const voiceData = (measured: MeasuredVoice<InstalledVoice>) => ({
  id: measured.voice.id,
  ...measured.speed,
  pace: measured.speed && paceOf(measured.speed),
  text: measuredText(measured),
})
