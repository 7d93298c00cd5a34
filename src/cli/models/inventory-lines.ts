import {readableBytes} from '../../kit/byte-size.ts'
import type {InventoryRow} from '../../models/cache/inventory.ts'
import {bytesOf} from '../../models/catalogue/entry.ts'
import {describeMachine, type Machine, profileFor} from '../../models/catalogue/machine.ts'

/** Columns padded to their widest cell. */
export const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(cell.length, most[index] ?? 0)),
    [],
  )
  return rows.map(row =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `essence models list`, for people. */
export const inventoryLines = (rows: readonly InventoryRow[], machine: Machine): string[] => {
  const profile = profileFor(machine)
  const table = columns([
    ['', 'ID', 'KIND', 'SIZE', 'MEMORY', 'FITS', 'LANGUAGES', 'LICENCE', 'PROFILES'],
    ...rows.map(({entry, installed, fits, profiles}) => [
      installed ? '✓' : ' ',
      entry.id,
      entry.kind,
      readableBytes(installed?.bytes ?? bytesOf(entry)),
      readableBytes(entry.memoryBytes),
      fits ? 'yes' : 'no',
      entry.languages.length > 4 ? `${entry.languages.slice(0, 3).join(' ')} …` : entry.languages.join(' '),
      entry.licence,
      profiles.join(' '),
    ]),
  ])
  const here = rows.filter(({installed}) => installed)
  const bytes = here.reduce((sum, {installed}) => sum + (installed?.bytes ?? 0), 0)
  return [
    ...table,
    '',
    `${here.length} of ${rows.length} installed (${readableBytes(bytes)}). This machine: ${describeMachine(machine)}; profile ${profile}.`,
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
  note: entry.note,
})
