import * as z from 'zod'
import {buildId, releaseOutlineSchema, serviceName} from '../manifest.ts'
import type {HostOperation, HostOperations} from './port.ts'

/** ms; a day is more than anything here waits. */
const duration = z.int().min(0).max(86_400_000)
const path = z.string().startsWith('/').max(4096)
const service = z.strictObject({service: serviceName})
const startInput = service.extend({
  envFile: path.optional(),
  readyMs: duration.optional(),
  settleMs: duration.optional(),
  drainMs: duration.optional(),
})

/** As useradd takes it. */
const userName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'a name of a user')
const planInput = startInput.extend({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.strictObject({value: z.string().max(1024), publicKey: z.string().max(4096).optional()}).optional(),
  handover: z.enum(['beside', 'instead']).optional(),
  keep: z.int().min(1).max(100),
})

/** What each operation takes, checked where it comes from another machine. */
export const operationInputs: {[Name in HostOperation]: z.ZodType<HostOperations[Name]['input']>} = {
  facts: z.strictObject({}),
  plan: planInput.extend({release: releaseOutlineSchema}),
  deploy: planInput.extend({tarball: path, systemd: z.boolean(), user: userName.optional(), lockWaitMs: duration}),
  rollback: startInput.extend({build: buildId.optional()}),
  start: startInput,
  restart: startInput,
  stop: service.extend({drainMs: duration.optional()}),
  undeploy: service.extend({drainMs: duration.optional(), purge: z.boolean(), dryRun: z.boolean()}),
  status: z.strictObject({service: serviceName.optional()}),
  history: service.extend({last: z.int().min(1)}),
  logs: service.extend({lines: z.int().min(0), follow: z.boolean(), console: z.boolean()}),
  lockStatus: service,
  lockRelease: service.extend({force: z.boolean()}),
}

export const isOperation = (name: string): name is HostOperation => Object.hasOwn(operationInputs, name)
