// The routes of admins, and the commands that do their work through them while a gateway holds the embedded database.
import {spawn} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {text} from 'node:stream/consumers'
import {openAccess} from '@essence/core/access/open'
import type {Role} from '@essence/core/access/port'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {accessSettings} from '../../../../test/access/open-access.ts'
import {commandFolder} from '../../../../test/commands/command-folder.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {runScript} from '../../../../test/kit/run-essence.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {allLines, postText} from '../open-gateway.ts'
import {client as clientOf, openAccounts} from './open-accounts.ts'

const page = {page: 1, page_size: 20}

describe('routes of admins', () => {
  /** For tests that change nothing. */
  let shared: Awaited<ReturnType<typeof openAccounts>>
  beforeAll(async () => {
    shared = await openAccounts({dataDir: temporaryFolder()})
  }, 200_000)
  afterAll(() => shared?.[Symbol.asyncDispose]())

  const client = (address: string, token: string) => {
    const ask = clientOf(address, token)
    return (method: string, path: string, body?: object) => ask(method, `/admin/${path}`, body)
  }

  it('list, add, change and remove people and keys, and tell what was done', async () => {
    await using door = await openAccounts({dataDir: temporaryFolder()})
    const {accessToken} = await door.access.issue('boss', {roles: ['admin']})
    const ask = client(door.address, accessToken)

    expect((await ask('GET', 'users')).body).toEqual({users: [], total: 0, total_pages: 0, ...page})
    const added = await ask('POST', 'users', {username: 'anna', password: 'correct horse'})
    expect(added).toMatchObject({status: 201, body: {id: 'anna', roles: ['user'], status: 'active'}})
    expect(added.headers.get('cache-control')).toBe('no-store')
    for (const n of [1, 2, 3]) await ask('POST', 'users', {username: `x${n}`, roles: ['service']})
    expect((await ask('GET', 'users?page=2&page_size=3')).body).toMatchObject({
      users: [{id: 'x3'}],
      total: 4,
      total_pages: 2,
    })
    expect((await ask('GET', 'users?search=NN')).body.users).toMatchObject([{id: 'anna'}])

    const {body: key} = await ask('POST', 'keys', {name: 'home', user_id: 'anna', permissions: ['service.stt']})
    expect(await door.access.authenticate(key.key, {address: ''})).toMatchObject({userId: 'anna', keyId: key.id})
    const {body: keys} = await ask('GET', 'keys?user_id=anna')
    expect(keys).toMatchObject({keys: [{id: key.id, name: 'home'}], total: 1})
    expect(JSON.stringify(keys)).not.toContain(key.key)
    expect((await ask('DELETE', `keys/${key.id}`)).status).toBe(204)
    expect((await ask('DELETE', `keys/${key.id}`)).status).toBe(404)

    expect((await ask('PUT', 'users/anna', {status: 'blocked', reason: 'spam'})).body).toMatchObject({reason: 'spam'})
    expect((await ask('GET', 'users?status=blocked')).body.users).toMatchObject([{id: 'anna'}])
    expect((await ask('DELETE', 'users/anna')).status).toBe(204)
    expect((await ask('GET', 'users/anna')).body.error.code).toBe('USER_UNKNOWN')

    const {body: audit} = await ask('GET', 'audit?actor=boss&page_size=1000')
    expect(audit.entries.map(({action, target}: Record<string, string>) => `${action} ${target}`)).toEqual([
      'user.removed anna',
      'user.changed anna',
      'key.revoked anna',
      'key.made anna',
      ...['user.added x3', 'user.added x2', 'user.added x1', 'user.added anna'],
    ])
    expect(audit.entries[0].address).toBe('127.0.0.1')
    expect(JSON.stringify(audit)).not.toMatch(/correct horse|june_/)
  })

  it('are described', async () => {
    const {body} = await clientOf(shared.address)('GET', '/openapi.json')
    expect(Object.keys(body.paths).filter(path => path.startsWith('/admin/'))).toEqual([
      '/admin/users',
      '/admin/users/{id}',
      '/admin/keys',
      '/admin/keys/{id}',
      '/admin/tokens',
      '/admin/audit',
      '/admin/status',
      '/admin/stages',
    ])
  })

  it('let nobody in without the permission, and nobody lock themselves out', async () => {
    await using door = await openAccounts({dataDir: temporaryFolder()})
    const {access, address} = door
    await access.users.create({username: 'boss', roles: ['admin']})
    const {key} = await access.keys.create({name: 'eyes', userId: 'boss', permissions: ['admin.read']})
    const tokens = {
      none: 'x.y.z',
      user: (await access.tokenFor('guest')).accessToken,
      reader: key,
      boss: (await access.issue('boss')).accessToken,
    }
    const body = {username: 'anna'}
    expect((await client(address, tokens.none)('GET', 'users')).status).toBe(401)
    for (const method of ['GET', 'POST'])
      expect((await client(address, tokens.user)(method, 'users', undefined)).status).toBe(403)
    expect((await client(address, tokens.reader)('GET', 'users')).status).toBe(200)
    expect((await client(address, tokens.reader)('POST', 'users', body)).status).toBe(403)
    const boss = client(address, tokens.boss)
    for (const change of [{status: 'blocked'}, {roles: ['user']}])
      expect((await boss('PUT', 'users/boss', change)).body.error.code).toBe('NOT_ALLOWED')
    expect((await boss('DELETE', 'users/boss')).body.error.code).toBe('NOT_ALLOWED')
  })

  it('leave an admin, and take suspended for blocked', async () => {
    await using door = await openAccounts({dataDir: temporaryFolder()})
    const {access, address} = door
    const owner = client(address, (await access.issue('cli', {roles: ['admin']})).accessToken)
    for (const username of ['anna', 'ben']) await owner('POST', 'users', {username, roles: ['admin']})
    expect(await owner('PUT', 'users/ben', {status: 'suspended', reason: 'away'})).toMatchObject({
      status: 200,
      body: {status: 'blocked', reason: 'away'},
    })
    for (const change of [{status: 'blocked'}, {roles: ['user']}])
      expect((await owner('PUT', 'users/anna', change)).body.error.message).toBe('anna is the last admin there is.')
    expect((await owner('DELETE', 'users/anna')).status).toBe(403)
    expect((await owner('DELETE', 'users/ben')).status).toBe(204)
    expect((await owner('PUT', 'users/anna', {password: 'correct horse'})).status).toBe(200)
  })

  it('give no secret twice', async () => {
    await using door = await openAccounts({dataDir: temporaryFolder()})
    const token = (await door.access.issue('boss', {roles: ['admin']})).accessToken
    await door.access.users.create({username: 'anna'})
    const make = async () => {
      const response = await fetch(`${door.address}/admin/keys`, {
        method: 'POST',
        headers: {authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'one'},
        body: JSON.stringify({name: 'home', user_id: 'anna', permissions: ['service.stt']}),
      })
      return (await response.json()) as {key: string}
    }
    const [one, other] = [await make(), await make()]
    expect(one.key).toMatch(/^june_/)
    expect(other.key).not.toBe(one.key)
  })

  it('say how the parts of June are', async () => {
    await using door = await openAccounts({
      dataDir: temporaryFolder(),
      engines: scriptedEngines({lacks: ['no memory']}),
    })
    const {status, body} = await client(
      door.address,
      (await door.access.issue('boss', {roles: ['admin']})).accessToken,
    )('GET', 'status')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      services: {
        stt: {service: 'stt', status: 'healthy', details: expect.stringContaining('scripted')},
        llm: {status: 'degraded', details: expect.stringContaining('no memory')},
        tts: {status: 'healthy'},
      },
      summary: {total: 3, healthy: 2, degraded: 1, unhealthy: 0},
      queue: {waiting: 0},
      limits: {
        requests: {all: [{count: 1_000_000, window_seconds: 60}]},
        turns: {at_once: 4, waiting: 64, waiting_per_person: 8},
        connections: 4096,
      },
    })
    expect(body.connections).toBeGreaterThan(0)
  })

  it('say how long the stages of turns took, to whoever may read that', async () => {
    await using door = await openAccounts({dataDir: temporaryFolder()})
    const token = async (role: Role) => (await door.access.issue(role, {roles: [role]})).accessToken
    const [anybody, admin] = [await token('user'), await token('admin')]
    const headers = {authorization: `Bearer ${anybody}`, 'content-type': 'application/json'}
    const lines = await allLines(await postText(door.address, {text: 'hello'}, {headers}))
    const totalMs = (lines.at(-1)?.['times'] as {totalMs: number} | undefined)?.totalMs
    const ask = client(door.address, admin)
    const {status, body} = await ask('GET', 'stages?hours=2')
    expect(status).toBe(200)
    const total = {count: 1, p50: totalMs, p95: totalMs}
    expect(body).toMatchObject({hours: 2, turns: 1, stages: {total}, channels: {web: {total}}})
    expect(body.series).toHaveLength(48)
    expect(body.series[47].stages.total).toEqual(total)
    expect((await ask('GET', 'stages?hours=0')).status).toBe(400)
    expect((await client(door.address, anybody)('GET', 'stages')).status).toBe(403)
  })

  it.each([
    ['POST', 'users', {}],
    ['POST', 'users', {username: 'a b'}],
    ['POST', 'users', {username: 'local'}],
    ['POST', 'users', {username: 'anna', password: 'short'}],
    ['POST', 'users', {username: 'anna', roles: ['root']}],
    ['POST', 'users', {username: 'anna', isAdmin: true}],
    ['POST', 'users', [1]],
    ['GET', 'users?page=0', undefined],
    ['GET', 'users?page_size=101', undefined],
    ['POST', 'keys', {name: 'x', user_id: 'nobody', permissions: []}],
    ['POST', 'keys', {name: 'x', user_id: 'boss', permissions: ['all']}],
    ['POST', 'tokens', {user_id: '../x'}],
  ])('refuse %s %s %j', async (method, path, body) => {
    const {accessToken} = await shared.access.issue('boss', {roles: ['admin']})
    const {status} = await client(shared.address, accessToken)(method, path, body)
    expect(status).toBe(400)
  })
})

describe('essence access', () => {
  const {env, path} = commandFolder()
  const essence = async (args: string[], stdin = '', more = {}) => {
    const child = spawn(process.execPath, [runScript, 'access', ...args, '--json'], {
      env: {PATH: process.env['PATH'], ...env, ...more},
    })
    child.stdin.end(stdin)
    const [stdout] = await Promise.all([text(child.stdout), text(child.stderr)])
    return JSON.parse(stdout)
  }

  it('does its work through the gateway that holds the database, and by itself when there is none', async () => {
    const added = await essence(['user', 'add', 'anna', '--password-stdin'], 'correct horse\n')
    expect(added).toMatchObject({ok: true, data: {username: 'anna', roles: ['user']}})
    {
      await using door = await openAccounts({dataDir: path('data')})
      expect(await door.access.login({username: 'anna', password: 'correct horse'}, {address: ''})).toBeDefined()

      expect(await essence(['user', 'list'])).toMatchObject({data: {users: [{username: 'anna', status: 'active'}]}})
      const {data: made} = await essence([
        'key',
        'add',
        'home',
        '--user',
        'anna',
        '--permission',
        'service.stt',
        '--expires',
        '90d',
      ])
      expect(await door.access.authenticate(made.key, {address: ''})).toMatchObject({userId: 'anna'})
      expect(await essence(['key', 'list'])).toMatchObject({data: {keys: [{id: made.id}]}})
      expect(await essence(['user', 'add', 'anna', '--no-password'])).toMatchObject({
        error: {code: 'USAGE', message: 'The name "anna" is taken.'},
      })
      const {data: issued} = await essence(['token', 'anna'])
      expect(await door.access.authenticate(issued.accessToken, {address: ''})).toMatchObject({userId: 'anna'})
      expect(await essence(['user', 'block', 'anna', '--reason', 'spam'])).toMatchObject({
        data: {status: 'blocked', reason: 'spam'},
      })
      await expect(door.access.authenticate(made.key, {address: ''})).rejects.toMatchObject({code: 'NOT_ALLOWED'})
      expect((await essence(['audit', '--actor', 'cli', '--count', '1'])).data).toMatchObject({
        entries: [{action: 'user.changed', target: 'anna', actor: 'cli', address: '127.0.0.1'}],
        total: 4,
      })
    }
    expect(await essence(['user', 'unblock', 'anna'])).toMatchObject({data: {status: 'active'}})
    const [{id}] = (await essence(['key', 'list', '--user', 'anna'])).data.keys
    expect(await essence(['key', 'revoke', id.slice(0, 8)])).toMatchObject({ok: true, data: {id}})
    expect(await essence(['user', 'remove', 'anna'])).toMatchObject({error: {code: 'USAGE'}})
    expect(await essence(['user', 'remove', 'anna', '--yes'])).toMatchObject({data: {removed: true}})
    expect(await essence(['user', 'list'])).toMatchObject({data: {users: []}})
  }, 300_000)

  it('prints a token that the gateway takes, without making a database', async () => {
    const dataDir = path('empty')
    const {data} = await essence(['token', 'script', '--admin', '--hours', '2'], '', {JUNE_DATA_DIR: dataDir})
    expect(data.expiresInS).toBe(7200)
    expect(readdirSync(dataDir, {recursive: true}).sort()).toEqual(['access', 'access/secret'])
    const access = openAccess({settings: accessSettings(dataDir), log: () => {}})
    expect(await access.authenticate(data.accessToken, {address: ''})).toMatchObject({
      userId: 'script',
      roles: ['admin'],
    })
    await access.close()
  })

  it.each([
    [['user', 'add', 'ben'], 'There is no terminal to ask for a password on.'],
    [['user', 'add', 'ben', '--password-stdin'], 'A password has 8 to 256 characters; this one has 0.'],
    [
      ['key', 'add', 'x', '--user', 'anna', '--expires', 'soon'],
      '--expires is "soon"; expected a time as 12h, 90d, 4w or 1y.',
    ],
  ])('%j is refused', async (args, message) => {
    expect(await essence(args)).toMatchObject({ok: false, error: {code: 'USAGE', message}})
  })
})
