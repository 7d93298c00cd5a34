import type {Settings, VariableName} from './schema.ts'

interface Rule {
  name: VariableName
  broken: (settings: Settings) => boolean
  /** Completes "NAME (origin): …". */
  message: string
}

/** What one variable alone cannot tell. */
export const rules: readonly Rule[] = [
  {
    name: 'TELEGRAM_WEBHOOK_URL',
    broken: ({TELEGRAM_USE_WEBHOOK, TELEGRAM_WEBHOOK_URL}) =>
      TELEGRAM_USE_WEBHOOK && TELEGRAM_WEBHOOK_URL === undefined,
    message: 'needed because TELEGRAM_USE_WEBHOOK is true: the public https address of the webhook',
  },
  {
    name: 'ENCRYPTION_KEY_FILE',
    broken: ({ENCRYPTION_KEY, ENCRYPTION_KEY_FILE}) =>
      ENCRYPTION_KEY !== undefined && ENCRYPTION_KEY_FILE !== undefined,
    message: 'set together with ENCRYPTION_KEY: expected only one of them',
  },
  {
    name: 'POSTGRES_POOL_MIN',
    broken: ({POSTGRES_POOL_MIN, POSTGRES_POOL_MAX}) => POSTGRES_POOL_MIN > POSTGRES_POOL_MAX,
    message: 'larger than POSTGRES_POOL_MAX',
  },
]

/** Passwords that stand in examples everybody can read. */
export const publishedPasswords: ReadonlySet<string> = new Set([
  'changeme',
  'admin',
  'password',
  'postgres',
  'minioadmin',
])
