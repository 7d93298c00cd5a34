import type {ServiceChecks} from '@essence/core/proof/service-checks'

/** What `essence test --mode mock` tries of this plugin. */
const checks = (): ServiceChecks => ({
  service: 'stt',
  open: async () => ({checks: (await import('./recognition.ts')).recognitionChecks}),
})

export default checks
