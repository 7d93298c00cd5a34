import * as z from 'zod'
import {engineNames} from './engine-names.ts'

/** A file's path inside a release: relative, with forward slashes, without `.` and `..`. */
export const releasePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    path =>
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !path.includes('\0') &&
      path.split('/').every(part => part !== '' && part !== '.' && part !== '..'),
    'a path inside the release',
  )

/** A service's name, which is also its folder's: `telegram`, `stt`, `june`. */
export const serviceName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name of small letters, digits and hyphens')

/** UTC time of the sources and a digest of the content: `20261126-141548-1a2b3c4d`. The same content has the same id. */
export const buildId = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/, 'a build id')

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A variable of the environment. */
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'a name of a variable')

/** What a release says of itself: `manifest.json`, the first entry of its tarball. */
export const releaseManifestSchema = z.strictObject({
  format: z.literal(1),
  service: serviceName,
  version: z.string(),
  build: buildId,
  /** Of the sources; absent where they are in no git repository. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  /** The sources differ from the commit. */
  dirty: z.boolean(),
  /** What of the machine the release needs, as Node.js names it (`process.platform`, `process.arch`). */
  platform: z.strictObject({os: z.string(), arch: z.string()}),
  /** Which native builds of the engines travel. */
  gpu: z.enum(['cpu', 'cuda', 'vulkan']),
  /** The command that runs the service: `['telegram-service']`. */
  command: z.array(z.string()).min(1),
  /** How a new release takes over: `beside` the old one, which then ends, or `instead`: the old one ends first. */
  handover: z.enum(['beside', 'instead']),
  /** Ports the service listens on, each by the variables of its address: the supervisor holds them, so no connection is refused. */
  ports: z.array(z.strictObject({host: z.string(), port: z.string()})),
  /** Settings without which the service does not start. */
  requires: z.array(variable).default([]),
  node: z.strictObject({
    /** As in package.json: `>=22.19`. */
    range: z.string(),
    /** Path of a runtime inside the release, if one travels with it. */
    bundled: releasePath.optional(),
  }),
  lockFile: z.strictObject({sha256}),
  /** Every file but this one, ascending by path (UTF-16 code units). `mode` is 0o644 or 0o755 as a number. */
  files: z.array(
    z.strictObject({
      path: releasePath,
      size: z.int().nonnegative(),
      mode: z.union([z.literal(0o644), z.literal(0o755)]),
      sha256,
    }),
  ),
})
export type ReleaseManifest = z.infer<typeof releaseManifestSchema>

/** What a machine must know of a release before it has it. */
export const releaseOutlineSchema = releaseManifestSchema
  .pick({service: true, build: true, platform: true, node: true, command: true, handover: true, requires: true})
  .extend({
    /** How many. */
    files: z.int().nonnegative(),
    /** Of all files, as they are. */
    bytes: z.int().nonnegative(),
    /** Of all files on a disk, where each takes up whole blocks. */
    diskBytes: z.int().nonnegative(),
  })
export type ReleaseOutline = z.infer<typeof releaseOutlineSchema>

export const outlineOf = ({files, ...manifest}: ReleaseManifest): ReleaseOutline => {
  const {service, build, platform, node, command, handover, requires} = manifest
  return {
    ...{service, build, platform, node, command, handover, requires},
    files: files.length,
    bytes: files.reduce((sum, {size}) => sum + size, 0),
    diskBytes: files.reduce((sum, {size}) => sum + Math.ceil(size / 4096) * 4096, 0),
  }
}

/** What a service plugin says in `package.json` under `essence`. */
export const servicePackageSchema = z.object({
  /** Name of the service. Default: that of its supervised command, else the package's without `plugin-`. */
  service: serviceName.optional(),
  /** Command that runs it. Default: the supervised one, or the only one. */
  command: z.string().optional(),
  /** The engines whose packages a build of it carries, the database's and those of live listening among them; the others are left out. */
  engines: z.array(z.enum(engineNames)).default([]),
  handover: z.enum(['beside', 'instead']).default('instead'),
  ports: z.array(z.strictObject({host: z.string(), port: z.string()})).default([]),
  /** Settings without which the service does not start: a deploy asks for them before it begins. */
  requires: z.array(variable).default([]),
})
