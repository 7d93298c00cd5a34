import * as z from 'zod'
import {EssenceError} from '../../../kit/errors.ts'
import {npm} from '../npm/npm.ts'

export const sbomName = 'sbom.cdx.json'

const component = z.looseObject({'bom-ref': z.string(), name: z.string(), version: z.string().optional()})
type Component = z.infer<typeof component>
const cycloneDx = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  serialNumber: z.string().optional(),
  metadata: z.looseObject({timestamp: z.string().optional(), tools: z.unknown().optional(), component}),
  components: z.array(component),
  dependencies: z.array(z.looseObject({ref: z.string(), dependsOn: z.array(z.string()).optional()})).default([]),
})
export type BillOfMaterials = z.infer<typeof cycloneDx>

/** The Node.js that travels. */
export interface BundledRuntime {
  /** Inside the release. */
  path: string
  version: string
}

/**
 * The packages of the lock file in a folder, with versions, licences and digests.
 * @throws what `npm` throws; BUILD_FAILED
 */
export const billOfMaterials = async (folder: string, signal: AbortSignal): Promise<BillOfMaterials> => {
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--omit=dev', '--loglevel=error']
  const parsed = cycloneDx.safeParse(JSON.parse(await npm(args, folder, signal)))
  if (parsed.success) return parsed.data
  throw new EssenceError('BUILD_FAILED', 'npm sbom wrote no CycloneDX document.', {
    cause: parsed.error,
    suggestions: ['Use npm 10 or newer.'],
  })
}

const byRef = (one: {ref: string}, other: {ref: string}): number => (one.ref < other.ref ? -1 : 1)

/**
 * What a release is made of, as CycloneDX: the bills of all lock files it was installed from, and its Node.js. What npm would
 * make different each time (a number, the time, its own version, the folder's name) is taken out.
 */
export const mergedBill = (
  bills: readonly BillOfMaterials[],
  name: string,
  runtime: BundledRuntime | undefined,
): string => {
  const [main, ...others] = bills
  if (!main) throw new EssenceError('BUG', 'A release without a bill of materials.')
  const {serialNumber: _, metadata, ...rest} = main
  const {timestamp: __, tools: ___, ...kept} = metadata
  const components = new Map(bills.flatMap(bill => bill.components).map(one => [one['bom-ref'], named(one)]))
  if (runtime) components.set(`node@${runtime.version}`, nodeComponent(runtime.version))
  const own = metadata.component['bom-ref']
  const dependencies = new Map(main.dependencies.map(one => [one.ref, one]))
  for (const {dependencies: more, metadata: about} of others) {
    for (const one of more) dependencies.set(one.ref, one)
    dependencies.get(own)?.dependsOn?.push(about.component['bom-ref'])
    components.set(about.component['bom-ref'], about.component)
  }
  const document = {
    ...rest,
    metadata: {...kept, component: {...metadata.component, name}},
    components: [...components.values()],
    dependencies: [...dependencies.values()].sort(byRef),
  }
  return `${JSON.stringify(document, null, 1)}\n`
}

/** npm calls a workspace by its folder; its reference begins with the package's name. */
const named = (one: Component): Component => {
  const ref = one['bom-ref']
  return ref.startsWith(`${one.name}@`) ? one : {...one, name: ref.slice(0, ref.lastIndexOf('@'))}
}

const nodeComponent = (version: string) => ({
  'bom-ref': `node@${version}`,
  type: 'platform',
  name: 'node',
  version,
  purl: `pkg:generic/node@${version}`,
  licenses: [{license: {id: 'MIT'}}],
})
