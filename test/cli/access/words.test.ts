// What people type, and what they are shown.
import type {ApiKey} from '@essence/core/access/port'
import {pairingLines, partyLines} from '@essence/core/cli/access/channel-lines'
import {expiryOf} from '@essence/core/cli/access/expiry'
import {auditLines, keyLines, userLines} from '@essence/core/cli/access/lines'
import {keyNamed} from '@essence/core/cli/access/named-key'
import {describe, expect, it} from 'vitest'

const now = new Date('2026-03-01T12:00:00Z')
const keyOf = (id: string, more: Partial<ApiKey> = {}): ApiKey => ({
  ...{id, name: 'home', userId: 'anna', permissions: ['service.stt', 'service.tts'], createdAt: now},
  ...more,
})

describe('the end of a key', () => {
  it.each([
    ['12h', '2026-03-02T00:00:00.000Z'],
    ['90d', '2026-05-30T12:00:00.000Z'],
    [' 4w ', '2026-03-29T12:00:00.000Z'],
    ['1y', '2027-03-01T12:00:00.000Z'],
  ])('%s', (text, end) => {
    expect(expiryOf('--expires', text, now).toISOString()).toBe(end)
  })

  it.each(['', '0d', '-1d', '90', 'd', '1.5d', '90 days', '101y', '999999y'])('is not %j', text => {
    expect(() => expiryOf('--expires', text, now)).toThrow(
      `--expires is "${text}"; expected a time as 12h, 90d, 4w or 1y.`,
    )
  })
})

describe('a key', () => {
  const keys = [keyOf('aaaa1111-0'), keyOf('aaaa2222-0')]

  it('is named by the beginning of its id', () => {
    expect(keyNamed(keys, 'AAAA1').id).toBe('aaaa1111-0')
  })

  it.each([
    ['aaaa', '2 keys begin so'],
    ['b', 'there is none'],
    ['', 'there is none'],
  ])('is not named by %j', (id, why) => {
    expect(() => keyNamed(keys, id)).toThrow(`"${id}" names no API key: ${why}.`)
  })
})

describe('lines for people', () => {
  it('of people', () => {
    const blocked = {status: 'blocked', reason: 'spam', lastLoginAt: now} as const
    const users = [
      {id: 'anna', username: 'anna', roles: ['user'] as const, status: 'active' as const, createdAt: now},
      {id: 'boss', username: 'boss', roles: ['admin', 'user'] as const, createdAt: now, ...blocked},
    ]
    expect(userLines(users, 120)).toEqual([
      'Name  Roles        Status         Since       Last sign-in',
      'anna  user         active         2026-03-01  never',
      'boss  admin, user  blocked: spam  2026-03-01  2026-03-01 12:00',
    ])
  })

  it('of keys', () => {
    const keys = [keyOf('aaaa1111-0', {expiresAt: now}), keyOf('bbbb2222-0', {lastUsedAt: now})]
    expect(keyLines(keys, 120)).toEqual([
      'Id        Name  Of    Expires     Last use          May',
      'aaaa1111  home  anna  2026-03-01  never             service.stt service.tts',
      'bbbb2222  home  anna  never       2026-03-01 12:00  service.stt service.tts',
    ])
  })

  it('of what was done', () => {
    expect(
      auditLines([
        {at: now, action: 'key.made', actor: 'cli', target: 'anna', details: 'home'},
        {at: now, action: 'sign-in.failed', address: '192.0.2.1', details: 'unknown name'},
      ]),
    ).toEqual([
      '2026-03-01 12:00  key.made  cli → anna  home',
      '2026-03-01 12:00  sign-in.failed  from 192.0.2.1  unknown name',
    ])
  })

  it('of who asks, and who may talk: with times that are not taken for those of the place', () => {
    const asks = {
      channel: 'telegram',
      kind: 'person',
      id: '66',
      name: 'Eve',
      code: '7K3MQ9TX',
      via: 'telegram:1',
    } as const
    expect(pairingLines([{...asks, askedAt: now, expiresAt: now}], 120)).toEqual([
      'Code      Channel   Who asks  Id  Until (UTC)',
      '7K3MQ9TX  telegram  Eve       66  2026-03-01 12:00',
    ])
    const group = {channel: 'telegram', kind: 'group', id: '-7', members: 'allowed', standing: 'allowed'} as const
    expect(partyLines([{...group, since: now, by: 'cli'}], 120)).toEqual([
      'Channel   Id  Name   Standing                             Since (UTC)       By',
      'telegram  -7  group  allowed: to members who are allowed  2026-03-01 12:00  cli',
    ])
  })

  it('moves no cursor, whatever people wrote', () => {
    const told = '/admin_help \u001b[2K\r\nall is well\u202e'
    expect(auditLines([{at: now, action: 'channel.command.refused', actor: 'telegram:66', details: told}])).toEqual([
      '2026-03-01 12:00  channel.command.refused  telegram:66  /admin_help [2K all is well',
    ])
    const blocked = {
      channel: 'telegram',
      kind: 'person',
      id: '66',
      standing: 'blocked',
      reason: told,
      since: now,
    } as const
    expect(partyLines([blocked], 120).join('\n')).toContain('blocked: /admin_help [2K all is well  ')
  })
})
