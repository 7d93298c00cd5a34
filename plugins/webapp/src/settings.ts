import type {SettingsGroup, SettingsOf} from '@essence/core/config/declaration'
import type {Settings} from '@essence/core/config/schema'
import {port, url} from '@essence/core/config/variable'

/** The environment variables of this plugin. */
export const webapp = {
  heading: 'Web page by itself',
  services: ['webapp'],
  variables: {
    GATEWAY_URL: url(['http'], {
      help: 'Gateway whose page is shown; one with https is opened where it is',
      default: 'http://localhost:8000',
    }),
    WEBAPP_PORT: port({help: 'Port of the web page when it is served alone', default: '3001'}),
  },
} as const satisfies SettingsGroup

export type WebappSettings = Settings & SettingsOf<(typeof webapp)['variables']>

/** Hands them to Essence, which asks every plugin. */
const settings = () => webapp

export default settings
