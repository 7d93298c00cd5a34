// What the routes under `/admin` tell: docs/admin.md.
import type {MemberRule, PartyId, Standing} from '@essence/core/access/channel/port'
import type {Role} from '@essence/core/access/port'
import {keepPreviousData, useMutation, useQuery, useQueryClient} from '@tanstack/react-query'
import {askJson} from '../server/ask.ts'

/** What most people have first. */
export const roles = ['user', 'admin', 'service'] as const satisfies readonly Role[]

export interface Person {
  id: string
  username: string
  roles: Role[]
  status: 'active' | 'blocked'
  reason?: string
  created_at: string
  last_login_at?: string
}

export interface ApiKey {
  id: string
  name: string
  user_id: string
  permissions: string[]
  created_at: string
  expires_at?: string
  last_used_at?: string
}

export interface AuditEntry {
  at: string
  action: string
  actor?: string
  target?: string
  address?: string
  details?: string
}

/** A person or a group of a platform. */
export interface BotParty extends PartyId {
  name?: string
}

export interface AskingParty extends BotParty {
  code: string
  asked_at: string
  expires_at: string
}

export interface KnownBotParty extends BotParty {
  standing: Standing
  /** Of a group. */
  members?: MemberRule
  reason?: string
}

export interface BotParties {
  waiting: AskingParty[]
  known: KnownBotParty[]
}

export interface PageOf {
  total: number
  page: number
  total_pages: number
}

export interface ServicesStatus {
  services: Record<string, {service: string; status: 'healthy' | 'degraded' | 'unhealthy'; details?: string}>
  queue: {waiting: number}
  connections: number
  limits: {
    requests: Record<string, {count: number; window_seconds: number}[]>
    turns: {at_once: number; waiting: number; waiting_per_person: number}
    connections: number
  }
  version: string
  uptime_seconds: number
}

export const stages = ['decode', 'stt', 'ttft', 'ttfa', 'total'] as const
export type Stage = (typeof stages)[number]

/** ms. */
export interface Figures {
  count: number
  p50: number
  p95: number
}

export type StageFigures = Partial<Record<Stage, Figures>>

export interface StagesSummary {
  turns: number
  stages: StageFigures
  channels: Record<string, StageFigures>
  series: {at: string; stages: StageFigures}[]
}

/** What a route under `/admin` tells; what it told for another query stays until then. */
const useAdmin = <T>(path: string, query: Record<string, string | number> = {}, everyMs?: number) =>
  useQuery({
    queryKey: ['admin', path, query],
    queryFn: ({signal}) => askJson<T>(`/admin/${path}?${queryString(query)}`, {signal}),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs ?? false,
    retry: false,
  })

const queryString = (query: Record<string, string | number>): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === '' ? [] : [[key, `${value}`]])),
  ).toString()

export const usePeople = (query: {search: string; status: string; page: number}) =>
  useAdmin<{users: Person[]} & PageOf>('users', query)

export const useKeys = (page: number) => useAdmin<{keys: ApiKey[]} & PageOf>('keys', {page})

export const useAudit = (query: {action: string; page: number}) =>
  useAdmin<{entries: AuditEntry[]} & PageOf>('audit', query, 30_000)

/** Looked at often: a code is good for an hour, and whoever has it waits. */
export const useBotParties = () => useAdmin<BotParties>('channels', {}, 5000)

export const useServices = () => useAdmin<ServicesStatus>('status', {}, 5000)

export const useStages = (hours: number) => useAdmin<StagesSummary>('stages', {hours}, 30_000)

interface Change {
  method: 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
}

/** Changes something; what is shown of all is asked for again. @returns a function that throws JuneError */
export const useChange = <T = void>() => {
  const client = useQueryClient()
  const {mutateAsync} = useMutation({
    mutationFn: ({path, ...init}: Change) => askJson<T>(`/admin/${path}`, init),
    onSettled: () => client.invalidateQueries({queryKey: ['admin']}),
  })
  return mutateAsync
}

/** What a person's id is in a path. */
export const pathOf = (room: 'users' | 'keys', id: string): string => `${room}/${encodeURIComponent(id)}`
