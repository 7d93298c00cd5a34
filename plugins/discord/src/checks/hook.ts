import type {ServiceChecks} from '@essence/core/proof/service-checks'

/** What `essence test --mode mock` tries of this plugin. */
const checks = (): ServiceChecks => ({
  service: 'discord',
  open: async () => (await import('./discord.ts')).openDiscordChecks(),
})

export default checks
