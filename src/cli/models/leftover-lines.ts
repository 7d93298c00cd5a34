import {readableBytes} from '../../kit/byte-size.ts'
import type {Leftover, Leftovers} from '../../models/cache/leftovers.ts'
import {table, wrapWords} from '../table.ts'

const reasons: Record<Leftover['kind'], string> = {
  unfinished: 'unfinished download',
  old: 'older version',
  unused: 'of no whole model',
  wrong: 'wrong content',
  import: 'unfinished import',
}

const columns = [{title: '', align: 'right' as const}, {title: ''}, {title: '', min: 20}]

export const sumOf = (leftovers: readonly Leftover[]): number => leftovers.reduce((sum, {bytes}) => sum + bytes, 0)

/** Files that have no name but a digest are one line. */
const keyOf = ({kind, what}: Leftover): string => (kind === 'unused' || kind === 'wrong' ? kind : what)

/** What `essence models prune` would remove, for people. @param room columns of the terminal */
export const leftoverLines = ({leftovers, held}: Leftovers, folder: string, room: number): string[] => {
  const byRepo = Map.groupBy(leftovers, ({repo}) => repo)
  const rows = [...byRepo].flatMap(([repo, group]) => [
    ...(repo ? [repo] : []),
    ...[...Map.groupBy(group, keyOf).values()].map(alike => [
      readableBytes(sumOf(alike)),
      reasons[alike[0]?.kind ?? 'unused'],
      alike.length === 1 ? (alike[0]?.what ?? '') : `${alike.length} files`,
    ]),
  ])
  return [
    ...(rows.length > 0 ? table(columns, rows, room) : [`Nothing in ${folder} is left over.`]),
    ...held.flatMap(what => wrapWords(`left alone: ${what}`, room)),
    ...(leftovers.some(({kind}) => kind === 'unfinished')
      ? wrapWords('An unfinished download goes on where it stopped with the command that began it.', room)
      : []),
    ...(rows.length > 0 ? [`${readableBytes(sumOf(leftovers))} in ${folder}`] : []),
  ]
}
