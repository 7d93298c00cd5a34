import type {Machine} from '../../compute/machine.ts'
import type {ModelFit} from '../../report/bench-report.ts'
import {requiredFor} from './catalogue.ts'
import {type ModelEntry, type ProfileName, profileNames} from './entry.ts'
import {describeMachine, modelMemory, profileFor} from './machine.ts'

export interface ChosenProfile {
  name: ProfileName
  /** Why it is this one, for people. */
  reason: string
}

const kinds = ['stt', 'llm', 'tts'] as const

/**
 * The largest profile whose models are real time on this machine, by what was measured: its recogniser and language model, and one voice
 * at least, for a slow one speaks only languages that no other does. A model of which nothing is known is no objection, but only as far as
 * the size of the machine goes, which decides alone where nothing was measured. `light` is for every machine.
 */
export const suitableProfile = (machine: Machine, fits: readonly ModelFit[] = []): ChosenProfile => {
  const made = profileFor(machine)
  const fitOf = ({id}: ModelEntry): ModelFit | undefined => fits.find(fit => fit.id === id)
  const isGood = (entry: ModelEntry, profile: ProfileName): boolean => {
    const fit = fitOf(entry)
    if (fit) return fit.realTime && fit.fitsMemory
    return profileNames.indexOf(profile) <= profileNames.indexOf(made)
  }
  const suits = (profile: ProfileName): boolean => {
    const required = requiredFor(profile)
    const memory = required.reduce((sum, {kind, memoryBytes}) => sum + (kind === 'embedding' ? 0 : memoryBytes), 0)
    return (
      memory <= modelMemory(machine) &&
      kinds.every(kind => required.some(entry => entry.kind === kind && isGood(entry, profile)))
    )
  }
  const usable = fits.some(({id}) => requiredFor(made).some(entry => entry.id === id))
  if (!usable) return {name: made, reason: describeMachine(machine)}
  const name = profileNames.findLast(suits) ?? 'light'
  const known = requiredFor(name).flatMap(entry => fitOf(entry) ?? [])
  const figures = known.map(({id, figure, unit}) => `${id} ${figure.toPrecision(2)} ${unit}`).join(', ')
  return {
    name,
    reason: `${describeMachine(machine)}; by what essence bench measured here: ${figures || 'nothing larger is real time'}`,
  }
}
