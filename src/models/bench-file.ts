import {join} from 'node:path'
import * as z from 'zod'
import {deviceText} from '../compute/device.ts'
import {cpuModel, type Machine} from '../compute/machine.ts'
import type {Settings} from '../config/schema.ts'
import {readJson, writeJson} from '../kit/files/json.ts'
import {fitSchema, type ModelFit} from '../report/bench-report.ts'

/** Which models ran in real time on a machine, or would, by `essence bench`. */
const fileSchema = z.object({version: z.literal(1), machine: z.string(), fits: z.array(fitSchema)})

const fileOf = ({JUNE_DATA_DIR}: Settings): string => join(JUNE_DATA_DIR, 'bench.json')

/** What the figures hold for: on other processors, another GPU or device they say nothing. */
const machineText = (settings: Settings, {cores, gpu}: Machine): string => {
  const devices = [settings.STT_DEVICE, settings.MODEL_DEVICE, settings.TTS_DEVICE].map(deviceText).join(' ')
  return `${cpuModel()}, ${cores} cores, ${gpu?.name ?? 'no GPU'}, devices ${devices}`
}

/** What was measured on this machine; undefined where nothing was, or on another. */
export const keptFits = async (settings: Settings, machine: Machine): Promise<ModelFit[] | undefined> => {
  const file = await readJson(fileOf(settings), fileSchema)
  return file?.machine === machineText(settings, machine) ? file.fits : undefined
}

/** Keeps what was measured. What ran before on this machine stays, rather than an estimate in its place. */
export const keepFits = async (settings: Settings, machine: Machine, fits: readonly ModelFit[]): Promise<void> => {
  if (fits.length === 0) return
  const before = (await keptFits(settings, machine)) ?? []
  const ran = before.filter(({basis}) => basis === 'measured')
  const stays = ({id}: ModelFit): boolean => !fits.some(fit => fit.id === id && fit.basis === 'measured')
  const all = new Map([...before, ...fits, ...ran.filter(stays)].map(fit => [fit.id, fit]))
  await writeJson(fileOf(settings), {version: 1, machine: machineText(settings, machine), fits: [...all.values()]})
}
