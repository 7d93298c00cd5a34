import type {ServiceChecks} from '@essence/core/proof/service-checks'

/** What `essence test --mode mock` tries of this plugin. */
const checks = (): ServiceChecks => ({
  service: 'inference',
  open: async () => ({checks: (await import('./inference.ts')).inferenceChecks}),
})

export default checks
