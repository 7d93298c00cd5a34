import type {ReleaseRecord} from './service-state.ts'

export interface PruneInput {
  records: Readonly<Record<string, ReleaseRecord>>
  /** Never removed. */
  current: string | undefined
  /** Never removed while it is good: what a rollback goes to. */
  previous: string | undefined
  /** Good releases kept, the current and the previous one among them. */
  keep: number
  /** Failed releases kept, so that their reason can be found. They never push out a good one. */
  keepFailed?: number
}

const newestFirst = (records: PruneInput['records'], state: ReleaseRecord['state']): string[] =>
  Object.entries(records)
    .filter(([, record]) => record.state === state)
    .sort(([, a], [, b]) => {
      const [x, y] = [a.deployedAt ?? a.unpackedAt, b.deployedAt ?? b.unpackedAt]
      return x < y ? 1 : x > y ? -1 : 0
    })
    .map(([build]) => build)

/** Builds whose folders can go. What is merely unpacked stays: a deploy is about to try it. */
export const selectPrunable = ({records, current, previous, keep, keepFailed = 1}: PruneInput): string[] => {
  const good = newestFirst(records, 'good')
  const pinned = good.filter(build => build === current || build === previous)
  const others = good.filter(build => !pinned.includes(build)).slice(Math.max(0, keep - pinned.length))
  const failed = newestFirst(records, 'failed').slice(keepFailed)
  return [...others, ...failed].filter(build => build !== current)
}

/** The good release that was deployed last. */
export const newestGood = (records: PruneInput['records']): string | undefined => newestFirst(records, 'good')[0]

/**
 * The release a rollback goes to: of the one deployed last, what served before it, which may itself have been gone back to; of an
 * earlier one, the good one deployed before that, so that rollbacks lead further back.
 * @returns `undefined` where there is none
 */
export const rollbackTarget = (
  records: PruneInput['records'],
  current: string | undefined,
  previous: string | undefined,
): string | undefined => {
  const good = newestFirst(records, 'good')
  const at = good.indexOf(current ?? '')
  if (at === 0 && previous !== undefined && previous !== current && good.includes(previous)) return previous
  return at < 0 ? good[0] : good[at + 1]
}
