/** Where a value comes from. */
export type Origin =
  | {kind: 'flag'}
  | {kind: 'environment'}
  | {kind: 'file'; file: string; line: number}
  | {kind: 'default'}
  | {kind: 'unset'}

export const describeOrigin = (origin: Origin): string => {
  if (origin.kind === 'file') return `${origin.file}:${origin.line}`
  return {flag: 'command line', environment: 'environment', default: 'default', unset: 'unset'}[origin.kind]
}
