import type {ServiceChecks} from '@essence/core/proof/service-checks'

/** What `essence test --mode mock` tries of this plugin. */
const checks = (): ServiceChecks => ({
  service: 'gateway',
  open: async () => ({checks: (await import('./gateway.ts')).gatewayChecks}),
})

export default checks
