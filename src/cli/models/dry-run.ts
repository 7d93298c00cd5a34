import {readableBytes} from '../../kit/byte-size.ts'
import {freeBytes, spaceFor} from '../../models/cache/disk.ts'
import type {Outcomes} from '../../models/download/each-model.ts'
import type {Estimate, EstimatedFile} from '../../models/download/estimate.ts'
import {type Column, table} from '../table.ts'
import {failedData, failureLines} from './download-result.ts'

interface Sum {
  bytes: number
  toFetch: number
}

const sumOf = (files: readonly EstimatedFile[]): Sum => ({
  bytes: files.reduce((sum, {size}) => sum + size, 0),
  toFetch: files.reduce((sum, {size, here}) => sum + size - here, 0),
})

const isRounded = ({files}: Estimate): boolean => files.some(file => file.isRounded)

/** Models may share files, as the sizes of Kokoro share its voices. */
const sumOfAll = (estimates: readonly Estimate[]): Sum => {
  const files = estimates.flatMap(({repo, files}) => files.map(file => [`${repo}\0${file.path}`, file] as const))
  return sumOf([...new Map(files).values()])
}

export interface DryRun extends Sum {
  outcomes: Outcomes<Estimate>
  folder: string
  freeBytes: number
}

/** @param folder where models lie */
export const dryRunOf = async (outcomes: Outcomes<Estimate>, folder: string): Promise<DryRun> => ({
  ...{outcomes, folder, ...sumOfAll(outcomes.done)},
  freeBytes: await freeBytes(folder),
})

/** `data` of `essence models download --dry-run --json`. */
export const dryRunData = ({outcomes, ...sums}: DryRun) => ({
  ...sums,
  models: outcomes.done.map(estimate => ({
    ...{id: estimate.id, repo: estimate.repo, ...sumOf(estimate.files)},
    sizes: isRounded(estimate) ? 'catalogue' : 'exact',
    files: estimate.files.map(({path, size, state}) => ({path, size, state})),
  })),
  failed: failedData(outcomes),
})

const about = 'about'

const noteOf = (estimate: Estimate): string => {
  const {files} = estimate
  const {bytes, toFetch} = sumOf(files)
  if (files.every(({state}) => state === 'present')) return 'installed'
  if (toFetch === 0) return 'in the cache, still to be verified'
  const here = toFetch < bytes ? `${readableBytes(bytes - toFetch)} of it are here` : ''
  return [isRounded(estimate) ? about : '', here].filter(Boolean).join(', ')
}

const columns: Column[] = [{title: ''}, {title: ''}, {title: '', align: 'right'}, {title: ''}]

/** The same, for people. @param room columns of the terminal */
export const dryRunLines = ({outcomes, folder, bytes, toFetch, freeBytes: free}: DryRun, room: number): string[] => {
  const rows = outcomes.done.map(estimate => [
    sumOf(estimate.files).toFetch === 0 ? '✓' : '↓',
    estimate.id,
    readableBytes(sumOf(estimate.files).bytes),
    noteOf(estimate),
  ])
  const total = ['', 'total', readableBytes(bytes), `${readableBytes(toFetch)} to download`]
  const needed = spaceFor(toFetch)
  return [
    ...table(columns, [...rows, total], room),
    ...failureLines(outcomes),
    ...(outcomes.done.some(isRounded) ? [`${about}: the size in the catalogue; the hub has the exact one`] : []),
    needed > free
      ? `Too little space: ${readableBytes(needed)} are needed in ${folder}, ${readableBytes(free)} are free.`
      : `${readableBytes(free)} are free in ${folder}`,
  ]
}
