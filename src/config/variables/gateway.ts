import {choice, flag, integer, list, path, pattern, port, type Service, secret, text, url} from '../variable.ts'

const gatewayOnly = ['gateway'] as const
const signers = ['gateway', 'inference', 'stt', 'tts'] as const satisfies Service[]
const limit = (what: string, perWhat: string, count: string, readers: readonly Service[] = gatewayOnly) =>
  integer({help: `${what} of one caller in ${perWhat}`, services: readers, min: 1, default: count})

/** `essence gateway` and the web page it serves. */
export const gateway = {
  GATEWAY_HOST: pattern({
    help: 'Address to listen on; 0.0.0.0 lets other machines in, then set JWT_SECRET and put TLS in front',
    services: gatewayOnly,
    pattern: /^[\w.:-]+$/,
    expected: 'a host name or an IP address',
    default: '127.0.0.1',
  }),
  GATEWAY_PORT: port({help: 'Port of REST, WebSocket and the web page', services: gatewayOnly, default: '8000'}),
  PROMETHEUS_PORT: port({
    help: 'Port of the metrics of the gateway; the same as GATEWAY_PORT serves both from one',
    services: gatewayOnly,
    default: '8000',
  }),
  GATEWAY_URL: url(['http', 'https'], {
    help: 'Where clients and tests find the gateway',
    services: ['webapp', 'orchestrator', 'test'],
    default: 'http://localhost:8000',
  }),
  GATEWAY_MODE: choice(['mock', 'real'], {
    help: 'A stand-in that answers at once, or the real pipeline',
    services: ['gateway', 'test'],
    unset: 'as JUNE_TEST_MODE says',
  }),
  CORS_ORIGINS: list({
    help: 'Other web pages that may call the gateway, as https://chat.example.com; * lets every page in, without cookies',
    services: gatewayOnly,
    item: /^(\*|https?:\/\/[^\s/]+)$/,
    expected: 'origins between commas, as https://chat.example.com, or *',
    unset: 'only the page the gateway serves itself',
  }),
  CSP_HEADER: text({help: 'Content-Security-Policy sent with pages', services: gatewayOnly, unset: 'the built-in one'}),
  HSTS_MAX_AGE: integer({
    help: 'How long browsers insist on TLS, in seconds; only with ENVIRONMENT=production',
    services: gatewayOnly,
    min: 0,
    default: '31536000',
  }),
  HSTS_INCLUDE_SUBDOMAINS: flag({help: 'The same for subdomains', services: gatewayOnly, default: 'true'}),
  HSTS_PRELOAD: flag({
    help: 'Allow the name into the lists browsers ship with',
    services: gatewayOnly,
    default: 'false',
  }),
  WEBAPP_PORT: port({help: 'Port of the web page when it is served alone', services: ['webapp'], default: '3001'}),
  REACT_APP_GATEWAY_URL: url(['http', 'https'], {
    help: 'Gateway the web page calls',
    services: ['webapp'],
    default: 'http://localhost:8000',
  }),
  REACT_APP_WS_URL: url(['ws', 'wss'], {
    help: 'WebSocket the web page opens',
    services: ['webapp'],
    default: 'ws://localhost:8000',
  }),
} as const

/** Who may do what, and how much of it. */
export const access = {
  JWT_SECRET: secret({
    help: 'Key that signs access tokens; the same for all services that trust each other',
    services: signers,
    pattern: /^.{32,}$/s,
    expected: 'at least 32 characters (openssl rand -hex 32)',
    unset: 'a random one, kept in JUNE_DATA_DIR',
  }),
  JWT_ALGORITHM: choice(['HS256', 'HS384', 'HS512'], {
    help: 'How tokens are signed',
    services: signers,
    default: 'HS256',
  }),
  JWT_ACCESS_TOKEN_EXPIRATION_HOURS: integer({
    help: 'Life of an access token, in hours',
    services: gatewayOnly,
    min: 1,
    max: 8760,
    default: '1',
  }),
  JWT_REFRESH_TOKEN_EXPIRATION_DAYS: integer({
    help: 'Life of a refresh token, in days',
    services: gatewayOnly,
    min: 1,
    max: 3650,
    default: '30',
  }),
  JWT_EXPIRATION_HOURS: integer({
    help: 'Life of a token of POST /auth/token, in hours',
    services: gatewayOnly,
    min: 1,
    max: 8760,
    default: '24',
  }),
  SERVICE_API_KEY: secret({help: 'Key one service shows another', services: [...signers, 'telegram', 'discord']}),
  ENCRYPTION_KEY: secret({
    help: 'Key that encrypts what is kept',
    services: ['gateway', 'telegram', 'discord'],
    pattern: /^.{16,}$/s,
    expected: 'at least 16 characters (openssl rand -hex 32)',
  }),
  ENCRYPTION_KEY_FILE: path({
    help: 'File with that key, instead of ENCRYPTION_KEY',
    services: ['gateway', 'telegram', 'discord'],
  }),
  ENABLE_DB_ENCRYPTION: flag({
    help: 'Encrypt what is kept, where a key is set',
    services: ['gateway', 'telegram', 'discord'],
    default: 'true',
  }),
  RATE_LIMIT_PER_MINUTE: limit('Requests', 'a minute', '60'),
  RATE_LIMIT_PER_HOUR: limit('Requests', 'an hour', '1000'),
  RATE_LIMIT_PER_DAY: limit('Requests', 'a day', '10000'),
  RATE_LIMIT_LLM_PER_MINUTE: limit('Generated texts', 'a minute', '10', ['gateway', 'inference']),
  RATE_LIMIT_LLM_PER_HOUR: limit('Generated texts', 'an hour', '100', ['gateway', 'inference']),
  RATE_LIMIT_STT_PER_MINUTE: limit('Transcriptions', 'a minute', '20', ['gateway', 'stt']),
  RATE_LIMIT_STT_PER_HOUR: limit('Transcriptions', 'an hour', '200', ['gateway', 'stt']),
  RATE_LIMIT_TTS_PER_MINUTE: limit('Spoken texts', 'a minute', '20', ['gateway', 'tts']),
  RATE_LIMIT_TTS_PER_HOUR: limit('Spoken texts', 'an hour', '200', ['gateway', 'tts']),
  RATE_LIMIT_CHAT_PER_MINUTE: limit('Chat messages', 'a minute', '30'),
  RATE_LIMIT_CHAT_PER_HOUR: limit('Chat messages', 'an hour', '500'),
} as const
