export type Schema = Record<string, unknown>

export const isSchema = (value: unknown): value is Schema =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** What a `$ref` names: the whole, or `#/$defs/NAME`; undefined where it is nothing of the schema itself. */
export const referenced = (ref: string, root: unknown): unknown => {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  const step = (value: unknown, name: string): unknown =>
    isSchema(value) ? value[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  return ref.slice(2).split('/').reduce(step, root)
}
