import type {ServiceChecks} from '@essence/core/proof/service-checks'

/** What `essence test --mode mock` tries of this plugin. */
const checks = (): ServiceChecks => ({
  service: 'tts',
  open: async () => ({checks: (await import('./synthesis.ts')).synthesisChecks}),
})

export default checks
