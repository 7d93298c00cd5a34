import type {ServiceChecks} from '@essence/core/proof/service-checks'

/** What `essence test --mode mock` tries of this plugin. */
const checks = (): ServiceChecks => ({
  service: 'telegram',
  open: async () => (await import('./telegram.ts')).openTelegramChecks(),
})

export default checks
