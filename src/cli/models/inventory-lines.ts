import {readableBytes} from '../../kit/byte-size.ts'
import type {InventoryRow} from '../../models/cache/inventory.ts'
import {bytesOf, type ModelKind, modelKinds} from '../../models/catalogue/entry.ts'
import type {ChosenProfile} from '../../models/catalogue/suitable-profile.ts'
import {type Column, table, wrapWords} from '../table.ts'

const headings: Record<ModelKind, string> = {
  stt: 'stt: listens',
  llm: 'llm: answers',
  tts: 'tts: speaks',
  vad: 'vad: hears where speech begins and ends (one comes with Essence)',
  embedding: 'embedding: finds what means alike',
}

/** The most useful first: the last are left out where a terminal is too narrow. */
const columns: Column[] = [
  {title: ''},
  {title: 'ID'},
  {title: 'SIZE', align: 'right'},
  {title: 'MEMORY ', align: 'right'},
  {title: 'LANGUAGES'},
  {title: 'LICENCE', min: 10},
  {title: 'PROFILES'},
]

const cellsOf = ({entry, installed, fits, profiles}: InventoryRow): string[] => [
  installed ? '✓' : ' ',
  entry.id,
  readableBytes(installed?.bytes ?? bytesOf(entry)),
  `${readableBytes(entry.memoryBytes)}${fits ? ' ' : '!'}`,
  entry.languages.length > 4 ? `${entry.languages.slice(0, 3).join(' ')} …` : entry.languages.join(' '),
  entry.licence,
  profiles.join(' '),
]

const byId = (a: InventoryRow, b: InventoryRow): number => a.entry.id.localeCompare(b.entry.id, 'en', {numeric: true})

/** `essence models list`, for people. @param room columns of the terminal */
export const inventoryLines = (
  rows: readonly InventoryRow[],
  {name, reason}: ChosenProfile,
  room: number,
): string[] => {
  const groups = modelKinds.flatMap(kind => {
    const group = rows.filter(({entry}) => entry.kind === kind).toSorted(byId)
    return group.length > 0 ? ['', headings[kind], ...group.map(cellsOf)] : []
  })
  const here = rows.filter(({installed}) => installed)
  const bytes = here.reduce((sum, {installed}) => sum + (installed?.bytes ?? 0), 0)
  return [
    ...table(columns, groups, room),
    '',
    `✓ ${here.length} of ${rows.length} installed, ${readableBytes(bytes)}`,
    ...(rows.some(({fits}) => !fits) ? ['! more memory than this machine has'] : []),
    ...wrapWords(`This machine: ${reason}; profile ${name}.`, room),
  ]
}

/** One row of `essence models list --json`. */
export const inventoryData = ({entry, installed, fits, profiles}: InventoryRow) => ({
  id: entry.id,
  kind: entry.kind,
  engine: entry.engine,
  repo: entry.repo,
  aliases: entry.aliases,
  bytes: installed?.bytes ?? bytesOf(entry),
  memoryBytes: entry.memoryBytes,
  languages: entry.languages,
  licence: entry.licence,
  profiles,
  fits,
  installed: installed !== undefined,
  commit: installed?.commit,
  checked: entry.checked,
  unseen: entry.unseen,
  note: entry.note,
})
