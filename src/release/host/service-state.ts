import {stat} from 'node:fs/promises'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {buildId} from '../manifest.ts'
import type {ServiceLayout} from './layout.ts'

/** What is known of one release on a machine; a folder in `releases` without such a record does not count. */
const releaseRecord = z.object({
  /** `unpacked`: checked, not proven; `good`: it was ready and stayed so; `failed`: its start failed. */
  state: z.enum(['unpacked', 'good', 'failed']),
  /** When it was unpacked, ISO 8601, UTC. */
  unpackedAt: z.string(),
  /** When it was deployed with success last; the order for rollback and for what is kept. */
  deployedAt: z.string().optional(),
  /** Why it failed. */
  reason: z.string().optional(),
  /** `ENV_SH` it is to have once it serves. */
  envFile: z.string().optional(),
})
export type ReleaseRecord = z.infer<typeof releaseRecord>

/**
 * `service.json`: what a deploy leaves for later deploys and starts. Written by the holder of the lock; the supervisor reads
 * it when the machine boots.
 */
const serviceStateSchema = z.object({
  format: z.literal(1),
  /** `ENV_SH` of the service; absolute. */
  envFile: z.string().optional(),
  /** Good build that served before the current one. */
  previous: buildId.optional(),
  /** A systemd unit runs the supervisor. */
  systemd: z.boolean().default(false),
  /** Whom that unit runs as, where root deployed it. Absent: root. */
  user: z.string().optional(),
  /** It is not started at boot: it was stopped by `essence stop`. */
  stopped: z.boolean().default(false),
  /** Public key (PEM) that every release must be signed with, once it is pinned. */
  verifyKey: z.string().optional(),
  /** ms, as of the last deploy: `SwitchRequest`. */
  readyMs: z.number().default(120_000),
  settleMs: z.number().default(3000),
  drainMs: z.number().default(30_000),
  handover: z.enum(['beside', 'instead']).optional(),
  releases: z.record(buildId, releaseRecord).default({}),
})
export type ServiceState = z.infer<typeof serviceStateSchema>

/** The state of a service; that of one that was never deployed where there is none. */
export const readServiceState = async (layout: ServiceLayout): Promise<ServiceState> =>
  (await readJson(layout.state, serviceStateSchema)) ?? serviceStateSchema.parse({format: 1})

/**
 * The same for a caller that writes it back, and removes what it does not name: an unreadable file is not taken for a missing one.
 * @throws RELEASE_INVALID when there is a file that is not of this form
 */
export const loadServiceState = async (layout: ServiceLayout): Promise<ServiceState> => {
  const state = await readJson(layout.state, serviceStateSchema)
  if (state) return state
  if (!(await stat(layout.state).catch(() => undefined))) return readServiceState(layout)
  throw new EssenceError('RELEASE_INVALID', `${layout.state} is not what a deploy left there; nothing was touched.`, {
    suggestions: [
      'A newer Essence may have written it: use that one.',
      `Or move it away: then the release that serves is kept, and the others of ${layout.service} are removed.`,
    ],
  })
}

/** The caller holds the service's lock. */
export const writeServiceState = (layout: ServiceLayout, state: ServiceState): Promise<void> =>
  writeJson(layout.state, state)
