import type {SettingsGroup, SettingsOf} from '@essence/core/config/declaration'
import type {Settings} from '@essence/core/config/schema'
import {port, text} from '@essence/core/config/variable'

/** The environment variables of this plugin. Flags win over them, and they over the same lines of `.env`. */
export const helloGroup = {
  heading: 'Hello',
  services: ['hello'],
  variables: {
    HELLO_HOST: text({help: 'Address to listen on', default: '127.0.0.1'}),
    HELLO_PORT: port({help: 'Port to listen on', default: '8100'}),
  },
} as const satisfies SettingsGroup

/** What the service reads: the settings of Essence, and its own. */
export type HelloSettings = Settings & SettingsOf<(typeof helloGroup)['variables']>

/** Hands them to Essence, which asks every plugin. */
const settings = () => helloGroup

export default settings
