import type {SettingsOf} from '@essence/core/config/declaration'
import type {Settings} from '@essence/core/config/schema'
import type {Limits} from './door/limits.ts'
import type {GatewayOptions} from './service-options.ts'
import type {gateway} from './settings.ts'

type GatewaySettings = Settings & SettingsOf<typeof gateway.variables>

/** What the settings say of the gateway. */
export const gatewayOptions = (settings: GatewaySettings) =>
  ({
    host: settings.GATEWAY_HOST,
    port: settings.GATEWAY_PORT,
    language: settings.STT_LANGUAGE,
    leadInMs: settings.LEAD_IN_MS,
    timeZone: settings.TIME_ZONE,
    queue: {
      maxTurns: settings.GATEWAY_MAX_TURNS,
      maxWaiting: settings.GATEWAY_MAX_WAITING,
      maxWaitingPerPerson: settings.GATEWAY_MAX_WAITING_PER_PERSON,
    },
    maxDocumentBytes: settings.DOCUMENT_MAX_MB * 1024 ** 2,
    maxUploadBytes: settings.GATEWAY_MAX_UPLOAD_MB * 1024 ** 2,
    maxConnections: settings.GATEWAY_MAX_CONNECTIONS,
    allowedHosts: settings.GATEWAY_ALLOWED_HOSTS,
    trustedProxies: settings.GATEWAY_TRUSTED_PROXIES,
    contentSecurityPolicy: settings.CSP_HEADER,
    strictTransportSecurity: settings.ENVIRONMENT === 'production' ? strictTransportSecurity(settings) : undefined,
    corsOrigins: settings.CORS_ORIGINS,
    openTokens: settings.GATEWAY_OPEN_TOKENS,
    limits: limitsOf(settings),
    modelAliases: new Map((settings.OPENAI_MODEL_ALIASES ?? []).map(each => each.split('=', 2) as [string, string])),
  }) satisfies Partial<GatewayOptions>

const strictTransportSecurity = ({
  HSTS_MAX_AGE: seconds,
  HSTS_INCLUDE_SUBDOMAINS: subdomains,
  HSTS_PRELOAD: preload,
}: GatewaySettings): string =>
  [`max-age=${seconds}`, ...(subdomains ? ['includeSubDomains'] : []), ...(preload ? ['preload'] : [])].join('; ')

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

const limitsOf = (settings: GatewaySettings): Limits => ({
  all: [
    {count: settings.RATE_LIMIT_PER_MINUTE, windowMs: minute},
    {count: settings.RATE_LIMIT_PER_HOUR, windowMs: hour},
    {count: settings.RATE_LIMIT_PER_DAY, windowMs: day},
  ],
  chat: [
    {count: settings.RATE_LIMIT_CHAT_PER_MINUTE, windowMs: minute},
    {count: settings.RATE_LIMIT_CHAT_PER_HOUR, windowMs: hour},
  ],
  llm: [
    {count: settings.RATE_LIMIT_LLM_PER_MINUTE, windowMs: minute},
    {count: settings.RATE_LIMIT_LLM_PER_HOUR, windowMs: hour},
  ],
  stt: [
    {count: settings.RATE_LIMIT_STT_PER_MINUTE, windowMs: minute},
    {count: settings.RATE_LIMIT_STT_PER_HOUR, windowMs: hour},
  ],
  tts: [
    {count: settings.RATE_LIMIT_TTS_PER_MINUTE, windowMs: minute},
    {count: settings.RATE_LIMIT_TTS_PER_HOUR, windowMs: hour},
  ],
})
