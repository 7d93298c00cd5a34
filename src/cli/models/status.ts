import {existsSync} from 'node:fs'
import type {Settings} from '../../config/schema.ts'
import {readableBytes} from '../../kit/byte-size.ts'
import {findInstalled} from '../../models/cache/installed.ts'
import {lockedModels} from '../../models/cache/inventory.ts'
import {readLockFile} from '../../models/cache/lock-file.ts'
import {modelStore} from '../../models/cache/store.ts'
import {catalogue, requiredFor} from '../../models/catalogue/catalogue.ts'
import {bytesOf, type ModelKind, modelKinds, type ProfileName} from '../../models/catalogue/entry.ts'
import {chooseProfile, chosen} from '../../models/download/choose.ts'
import {type Column, table, wrapWords} from '../table.ts'

export interface StatusRow {
  id: string
  kind: ModelKind | 'allowed'
  bytes: number
  installed: boolean
  /** The profile has it. */
  required: boolean
}

export interface ModelsStatus {
  profile: ProfileName
  reason: string
  /** Where models lie. */
  folder: string
  models: StatusRow[]
  missing: string[]
  /** SPEAKER_MODEL, which no profile has; absent where it is not set. */
  speaker?: {path: string; installed: boolean}
}

/** What the profile needs, and what else is here. */
export const readStatus = async (settings: Settings): Promise<ModelsStatus> => {
  const {name: profile, reason} = await chooseProfile(settings)
  const store = modelStore(settings)
  const locks = await readLockFile(store.lockFile)
  const required = await Promise.all(
    requiredFor(profile).map(async (entry): Promise<StatusRow> => {
      const installed = await findInstalled(entry, store.root, locks[entry.id])
      const {id, kind} = entry
      const bytes = installed?.bytes ?? bytesOf(entry)
      return {id, kind, bytes, installed: installed !== undefined, required: true}
    }),
  )
  const known = new Set(required.map(({id}) => id))
  const others = (await lockedModels(store))
    .filter(({model}) => !known.has(model.id))
    .map(({model: {id, bytes}}): StatusRow => {
      const kind = catalogue.find(entry => entry.id === id)?.kind ?? 'allowed'
      return {id, kind, bytes, installed: true, required: false}
    })
  const rank = ({kind}: StatusRow): number => [...modelKinds, 'allowed'].indexOf(kind)
  const models = [...required, ...others].toSorted((a, b) => rank(a) - rank(b))
  const missing = required.filter(({installed}) => !installed).map(({id}) => id)
  const path = settings.SPEAKER_MODEL
  const speaker = path === undefined ? {} : {speaker: {path, installed: existsSync(path)}}
  return {profile, reason, folder: store.root, models, missing, ...speaker}
}

/** The same, for people. @param room columns of the terminal */
export const statusLines = (
  {profile, reason, folder, models, missing, speaker}: ModelsStatus,
  room: number,
): string[] => {
  const rows = models.map(({id, kind, bytes, installed, required}) => [
    ...[installed ? '✓' : '✗', id, kind, readableBytes(bytes)],
    required ? 'required' : '',
  ])
  const downloadAll =
    reason === chosen ? `essence models download --all --profile ${profile}` : 'essence models download --all'
  const columns: Column[] = ['', '', '', '', ''].map((title, at) => ({title, align: at === 3 ? 'right' : 'left'}))
  return [
    ...wrapWords(`profile ${profile} (${reason})`, room),
    `models in ${folder}`,
    ...table(columns, rows, room),
    missing.length === 0
      ? 'Everything required is installed.'
      : `${missing.length} required ${missing.length === 1 ? 'model is' : 'models are'} missing: ${downloadAll}`,
    ...(speaker ? wrapWords(speakerLine(speaker), room) : []),
  ]
}

const speakerLine = ({path, installed}: NonNullable<ModelsStatus['speaker']>): string =>
  installed
    ? `SPEAKER_MODEL is there: ${path}`
    : `SPEAKER_MODEL is missing: ${path}; docs/speaker.md says which file to put there`
