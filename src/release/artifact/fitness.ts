import {EssenceError} from '../../kit/errors.ts'
import type {ReleaseManifest} from '../manifest.ts'

/** What of a machine decides whether a release runs there. */
export interface Machine {
  /** `process.platform` */
  os: string
  /** `process.arch` */
  arch: string
  /** Version of the Node.js at hand, as `24.1.0`. */
  node: string
}

export const thisMachine = (): Machine => ({os: process.platform, arch: process.arch, node: process.versions.node})

const numbers = (version: string): number[] => version.split('.').map(Number)

/** Negative, 0 or positive; a part that is not there counts as 0. */
const compare = (a: string, b: string): number => {
  const [x, y] = [numbers(a), numbers(b)]
  const at = [0, 1, 2].find(index => (x[index] ?? 0) !== (y[index] ?? 0)) ?? 0
  return (x[at] ?? 0) - (y[at] ?? 0)
}

/**
 * Whether a version of Node.js is in a range of comparators, all of which must hold: `>=22.19`, `>=22.19 <25`.
 * @returns `undefined` for a range of another form
 */
export const fitsNodeRange = (range: string, version: string): boolean | undefined => {
  const comparators = range
    .trim()
    .split(/\s+/)
    .map(part => /^(>=|<)(\d+(?:\.\d+){0,2})$/.exec(part))
  if (comparators.includes(null)) return undefined
  return comparators.every(found => {
    const difference = compare(version, found?.[2] ?? '')
    return found?.[1] === '<' ? difference < 0 : difference >= 0
  })
}

/**
 * @throws RELEASE_UNFIT when a release cannot run on a machine; RELEASE_INVALID when its range of Node.js is not understood
 */
export const requireFit = (
  {service, platform, node}: Pick<ReleaseManifest, 'service' | 'platform' | 'node'>,
  machine: Machine,
): void => {
  const [built, here] = [`${platform.os}/${platform.arch}`, `${machine.os}/${machine.arch}`]
  if (built !== here) {
    throw new EssenceError('RELEASE_UNFIT', `The release was built for ${built}; this machine is ${here}.`, {
      suggestions: [`Build it on a machine of that kind: essence build ${service}`],
    })
  }
  if (node.bundled) return
  const fits = fitsNodeRange(node.range, machine.node)
  if (fits === undefined) {
    throw new EssenceError(
      'RELEASE_INVALID',
      `The release asks for Node.js "${node.range}", a range that is not understood.`,
    )
  }
  if (fits) return
  throw new EssenceError(
    'RELEASE_UNFIT',
    `The release needs Node.js ${node.range}; this machine has ${machine.node}.`,
    {
      suggestions: [`Build it with its own Node.js: essence build ${service} --with-node`, 'Install a newer Node.js.'],
    },
  )
}
