import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {client, join, openAccounts} from './open-accounts.ts'

const path = '/v1/realtime/client_secrets'

describe('client secrets', () => {
  it('are made for a person, are of short life, and administer nothing', async () => {
    await using door = await openAccounts({dataDir: temporaryFolder()})
    const {access, address} = door
    const boss = client(address, await join(access, 'boss', ['admin']))
    const wanted = {expires_after: {anchor: 'created_at', seconds: 60}, session: {type: 'realtime', model: 'june'}}
    const made = await boss('POST', path, wanted)
    expect(made).toMatchObject({status: 200, body: {value: expect.stringMatching(/^ek_/), session: wanted.session}})
    expect(made.body.expires_at - Date.now() / 1000).toBeGreaterThan(50)
    expect(made.body.expires_at - Date.now() / 1000).toBeLessThanOrEqual(60)
    const holder = client(address, made.body.value)
    expect((await holder('GET', '/api/status')).status).toBe(200)
    expect((await holder('GET', '/admin/users')).status).toBe(403)
    expect(await holder('POST', path, {})).toMatchObject({
      status: 403,
      body: {error: {code: 'insufficient_permissions'}},
    })
    await access.users.create({username: 'anna'})
    expect((await holder('GET', '/conversations/anna')).status).toBe(403)

    const key = (await access.keys.create({name: 'ear', userId: 'boss', permissions: ['service.stt']})).key
    const {body} = await client(address, key)('POST', path)
    expect(await access.authenticate(body.value, {address: ''})).toMatchObject({permissions: new Set(['service.stt'])})
  }, 200_000)

  it('are refused to whoever names nobody, and for longer than two hours', async () => {
    await using door = await openAccounts({dataDir: temporaryFolder()})
    const {access, address} = door
    expect(await client(address)('POST', path, {})).toMatchObject({
      status: 403,
      body: {error: {code: 'insufficient_permissions'}},
    })
    const anna = client(address, (await access.tokenFor('anna')).accessToken)
    for (const seconds of [9, 7201, 1.5, '60'])
      expect((await anna('POST', path, {expires_after: {anchor: 'created_at', seconds}})).status).toBe(400)
    expect((await anna('POST', path, {expires_after: {anchor: 'used_at', seconds: 60}})).status).toBe(400)
    const {body} = await anna('POST', path, {})
    expect(body.expires_at - Date.now() / 1000).toBeGreaterThan(590)
  })
})
