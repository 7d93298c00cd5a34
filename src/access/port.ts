export const roles = ['admin', 'user', 'service'] as const
export type Role = (typeof roles)[number]

/** What a caller may do. Everything of a person (conversations, memory, documents) is the caller's own; `admin.*` reaches that of others. */
export const permissions = [
  'service.inference',
  'service.stt',
  'service.tts',
  'conversations.read',
  'conversations.write',
  'memory.read',
  'memory.write',
  'documents.read',
  'documents.write',
  'admin.read',
  'admin.write',
] as const
export type Permission = (typeof permissions)[number]

/** Who asks, and what they may do. */
export interface Caller {
  /** The person: letters, digits, `_` and `-`, at most 64. */
  userId: string
  /** `local`: at this machine, without a token. */
  via: 'local' | 'token' | 'apiKey' | 'clientSecret'
  roles: readonly Role[]
  permissions: ReadonlySet<Permission>
  /** Of an API key: its id. */
  keyId?: string | undefined
}

/** Where a request comes from, for the audit log and for lock-outs. */
export interface Origin {
  address: string
  /** What the client calls itself. */
  device?: string | undefined
}

/** What a sign-in gives. */
export interface Session {
  accessToken: string
  /** Of the access token, in seconds. */
  expiresInS: number
  /** Good for one use: the next one comes with the next access token. */
  refreshToken: string
  user: Pick<User, 'id' | 'username' | 'roles'>
}

export interface User {
  /** The same as the name: what was kept under a name before it had an account stays that person's. */
  id: string
  username: string
  roles: readonly Role[]
  status: 'active' | 'blocked'
  /** Why blocked. */
  reason?: string | undefined
  createdAt: Date
  lastLoginAt?: Date | undefined
}

export interface ApiKey {
  id: string
  name: string
  userId: string
  permissions: readonly Permission[]
  createdAt: Date
  expiresAt?: Date | undefined
  lastUsedAt?: Date | undefined
}

/** Days that entries of the audit log are kept. */
export const auditDays = 400

export interface AuditEntry {
  at: Date
  action: string
  /** Who did it; absent where nobody was known. */
  actor?: string | undefined
  /** To whom. */
  target?: string | undefined
  address?: string | undefined
  /** Never a secret. */
  details?: string | undefined
}

export interface Page {
  /** From 1. */
  page: number
  pageSize: number
}

export interface Paged<T> {
  items: T[]
  total: number
}

/** Who changes something, for the audit log. */
export type Doer = Pick<AuditEntry, 'actor' | 'address'>

/** Who may do what: tokens, API keys, people, what was done. */
export interface Access {
  /**
   * Whose an access token, an API key or a client secret is.
   * @throws TOKEN_REJECTED (expired, forged, revoked, of another kind), NOT_ALLOWED (the person is blocked), STORE_UNAVAILABLE
   */
  authenticate(bearer: string, origin: Origin): Promise<Caller>
  /** A token for a name nobody proved: for callers on this machine. @throws NOT_ALLOWED (blocked, or a person with a password) */
  tokenFor(userId: string): Promise<Pick<Session, 'accessToken' | 'expiresInS'>>
  /**
   * A token that whoever may change everything hands out: for a person, or for a name without an account.
   * @param options.seconds default: as a sign-in's
   * @param options.roles default: the person's, or user
   * @throws NOT_ALLOWED (blocked)
   */
  issue(
    userId: string,
    options?: {roles?: readonly Role[] | undefined; seconds?: number | undefined},
    by?: Doer,
  ): Promise<Pick<Session, 'accessToken' | 'expiresInS'>>
  /** @throws TOKEN_REJECTED (the same for an unknown name and a wrong password), RATE_LIMITED (locked out), NOT_ALLOWED (blocked) */
  login(given: {username: string; password: string}, origin: Origin): Promise<Session>
  /** The old token is spent; spending it twice revokes all that came of the same sign-in. @throws TOKEN_REJECTED */
  refresh(refreshToken: string, origin: Origin): Promise<Session>
  /** Revokes a sign-in; nothing where it is none. */
  logout(refreshToken: string): Promise<void>
  /** An ephemeral secret for a client that must not have a key, with at most the caller's permissions. @param seconds 10 to 7200 */
  clientSecret(caller: Caller, options?: {seconds?: number | undefined}): Promise<{value: string; expiresAt: Date}>
  readonly users: {
    list(
      options: Page & {search?: string | undefined; status?: User['status'] | 'admin' | undefined},
    ): Promise<Paged<User>>
    /** @throws USER_UNKNOWN */
    get(id: string): Promise<User>
    /** @throws USAGE (a name or password that is none, a name that is taken) */
    create(
      user: {username: string; password?: string | undefined; roles?: readonly Role[] | undefined},
      by?: Doer,
    ): Promise<User>
    /** A change of password, roles or status ends the person's sign-ins. @throws USER_UNKNOWN, USAGE */
    update(
      id: string,
      change: {
        password?: string | undefined
        roles?: readonly Role[] | undefined
        status?: User['status'] | undefined
        reason?: string | undefined
      },
      by?: Doer,
    ): Promise<User>
    /** Their keys and sign-ins go with them; what June knows of them stays. @throws USER_UNKNOWN */
    remove(id: string, by?: Doer): Promise<void>
  }
  readonly keys: {
    /**
     * @returns the key itself, which is shown once; only its hash is kept
     * @throws USER_UNKNOWN, USAGE (a name that is none, permissions that the person does not have, an end that has passed)
     */
    create(
      key: {name: string; userId: string; permissions: readonly Permission[]; expiresAt?: Date | undefined},
      by?: Doer,
    ): Promise<{key: string; info: ApiKey}>
    list(userId?: string): Promise<ApiKey[]>
    /** @throws KEY_UNKNOWN */
    revoke(id: string, by?: Doer): Promise<void>
  }
  readonly audit: {
    /** Never rejects: what cannot be written is logged. */
    write(entry: Omit<AuditEntry, 'at'>): Promise<void>
    list(options: Page & {action?: string | undefined; actor?: string | undefined}): Promise<Paged<AuditEntry>>
  }
  close(): Promise<void>
}

/** What each role may do. */
export const permissionsOf: Record<Role, readonly Permission[]> = {
  admin: permissions,
  user: permissions.filter(name => !name.startsWith('admin.')),
  service: ['service.inference', 'service.stt', 'service.tts'],
}
