import {planned, type SettingsGroup} from '@essence/core/config/declaration'
import {flag, integer, list, mode, pattern, port, url} from '@essence/core/config/variable'

/** The environment variables of this plugin. */
export const gateway = {
  heading: 'Gateway and web page',
  services: ['gateway'],
  variables: {
    GATEWAY_HOST: pattern({
      help: 'Address to listen on; callers on the machine itself need no token while it is one of loopback',
      pattern: /^[\w.:-]+$/,
      expected: 'a host name or an IP address',
      default: '127.0.0.1',
    }),
    GATEWAY_PORT: port({help: 'Port of REST, WebSocket and the web page', default: '8000'}),
    GATEWAY_MAX_TURNS: integer({
      help: 'Turns worked on at once; others wait',
      min: 1,
      max: 10_000,
      default: '4',
    }),
    GATEWAY_MAX_WAITING: integer({
      help: 'Turns that may wait; one more is refused. People take turns',
      min: 0,
      max: 10_000,
      default: '64',
    }),
    GATEWAY_MAX_WAITING_PER_PERSON: integer({help: 'Of those, of one person', min: 0, max: 10_000, default: '8'}),
    GATEWAY_MAX_UPLOAD_MB: integer({
      help: 'Largest recording that may be uploaded to be transcribed, in MB of 1024 × 1024 bytes',
      min: 1,
      max: 1024,
      default: '50',
    }),
    GATEWAY_MAX_CONNECTIONS: integer({
      help: 'Connections at once; one more is refused',
      min: 1,
      max: 1_000_000,
      default: '4096',
    }),
    GATEWAY_ALLOWED_HOSTS: list({
      help: 'Names by which a proxy on this machine is reached, as june.example.com; others are answered with a token only',
      item: /^[a-z\d.-]+$/,
      expected: 'host names in small letters between commas',
      unset: 'localhost only',
    }),
    GATEWAY_TRUSTED_PROXIES: list({
      help: 'Addresses of reverse proxies that may say whom they ask for (X-Forwarded-For), as 10.0.0.2 or 10.0.0.0/8',
      item: /^[\da-fA-F.:]+(\/\d{1,3})?$/,
      expected: 'addresses or networks between commas',
      unset: 'none',
    }),
    OPENAI_MODEL_ALIASES: list({
      help: 'Further names of models for programs that know only these, as gpt-4o=june',
      item: /^[^\s=,]+=[^\s=,]+$/,
      expected: 'NAME=MODEL between commas',
      unset: 'none',
    }),
    GATEWAY_OPEN_TOKENS: flag({
      help: 'Give a token to whoever asks for one by a name without a password, also from elsewhere: everybody who reaches the gateway is let in',
      default: 'false',
    }),
    GATEWAY_MODE: mode({
      service: 'gateway',
      mock: 'a mind of its own that repeats what it hears',
      real: 'one that answers by the language model',
    }),
    CSP_HEADER: pattern({
      help: 'Content-Security-Policy sent with pages',
      pattern: /^[\x20-\x7e]+$/,
      expected: 'a policy, as default-src',
      unset: 'the built-in one',
    }),
    CORS_ORIGINS: list({
      help: 'Other web pages that may call the gateway, as https://chat.example.com; * lets every page in, without cookies',
      item: /^(\*|https?:\/\/[^\s/]+)$/,
      expected: 'origins between commas, as https://chat.example.com, or *',
      unset: 'only the page the gateway serves itself',
    }),
    HSTS_MAX_AGE: integer({
      help: 'How long browsers insist on TLS, in seconds; only with ENVIRONMENT=production',
      min: 0,
      default: '31536000',
    }),
    HSTS_INCLUDE_SUBDOMAINS: flag({help: 'The same for subdomains', default: 'true'}),
    HSTS_PRELOAD: flag({
      help: 'Allow the name into the lists browsers ship with',
      default: 'false',
    }),
    ...planned({
      PROMETHEUS_PORT: port({
        help: 'Port of the metrics of the gateway; the same as GATEWAY_PORT serves both from one',
        default: '8000',
      }),
      REACT_APP_GATEWAY_URL: url(['http', 'https'], {
        help: 'Gateway the web page calls',
        default: 'http://localhost:8000',
      }),
      REACT_APP_WS_URL: url(['ws', 'wss'], {
        help: 'WebSocket the web page opens',
        default: 'ws://localhost:8000',
      }),
    }),
  },
} as const satisfies SettingsGroup

/** Hands them to Essence, which asks every plugin. */
const settings = () => gateway

export default settings
