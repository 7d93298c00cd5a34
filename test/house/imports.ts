import {globSync, readFileSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export interface Import {
  from: string
  /** A path from the root, or the name of a package. */
  to: string
}

/** Code of the product below a folder, as paths from the root: no tests, nothing generated. */
export const codeBelow = (folder: string): string[] =>
  globSync(`${folder}/**/*.{ts,tsx}`, {
    cwd: root,
    exclude: path => /(^|\/)(dist|node_modules|generated|test)(\/|$)/.test(path),
  }).sort()

/** Every import of a file, also of types and also within functions. */
export const importsOf = (file: string): Import[] => {
  const source = readFileSync(join(root, file), 'utf8')
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({
    from: file,
    to: target.startsWith('.')
      ? relative(root, resolve(root, dirname(file), target))
      : target.replace(/^@essence\/core\/(.*)/, 'src/$1.ts').replace(/^@essence\/plugin-(.*)/, 'plugins/$1.ts'),
  }))
}

/** The circles of a graph: groups of nodes each of which reaches every other. */
export const circlesOf = (edges: readonly (readonly [from: string, to: string])[]): string[][] => {
  const next = new Map<string, Set<string>>()
  for (const [from, to] of edges) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to))
  const reachable = (start: string): Set<string> => {
    const seen = new Set<string>()
    const walk = (node: string): void => {
      for (const to of next.get(node) ?? []) if (!seen.has(to)) walk(seen.add(to) && to)
    }
    walk(start)
    return seen
  }
  const reach = new Map([...next.keys()].map(node => [node, reachable(node)]))
  const inCircle = [...reach].filter(([node, seen]) => seen.has(node)).map(([node]) => node)
  const groups = new Map(
    inCircle.map(node => {
      const group = inCircle.filter(other => reach.get(node)?.has(other) && reach.get(other)?.has(node))
      return [group.join(), group] as const
    }),
  )
  return [...groups.values()]
}
