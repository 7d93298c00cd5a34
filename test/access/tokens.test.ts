// Whoever would forge a token: what they try, and that none of it gets in.
import {createHmac, generateKeyPairSync} from 'node:crypto'
import {type Claims, openTokens} from '@essence/core/access/tokens'
import {Secret} from '@essence/core/kit/secret'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const text = 'a secret of at least thirty-two characters'
const start = new Date('2026-03-01T12:00:00Z')
const startS = start.getTime() / 1000
const tokensWith = (given: {secret?: string; algorithm?: 'HS256' | 'HS512'; passedS?: number} = {}) => {
  const {secret = text, algorithm = 'HS256', passedS = 0} = given
  const now = () => new Date(start.getTime() + passedS * 1000)
  return openTokens({secret: async () => new Secret(secret), algorithm, now})
}
const tokens = tokensWith()
const claims: Claims<'access'> = {sub: 'anna', roles: ['user']}
const refused = {code: 'TOKEN_REJECTED'}
const verify = (token: string) => tokens.verify('access', token)

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
/** Made by hand, as RFC 7515 says. */
const signed = (header: object, payload: object, key = text): string => {
  const head = `${part(header)}.${part(payload)}`
  return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`
}
const standard = {iss: 'june', aud: 'june', jti: 'x', iat: startS, exp: startS + 3600, ...claims}
/** One as ours, but for what is given. */
const forged = async ({payload, header}: {payload?: object; header?: object} = {}): Promise<string> =>
  signed({alg: 'HS256', typ: 'access', ...header}, {...standard, ...payload})

describe('an access token', () => {
  it('says who it is for, until it expires', async () => {
    const token = await tokens.sign('access', claims, 3600)
    expect(await verify(token)).toEqual(claims)
    expect(await verify(await forged())).toEqual(claims)
    expect(await tokensWith({passedS: 3600}).verify('access', token)).toEqual(claims)
    await expect(tokensWith({passedS: 3606}).verify('access', token)).rejects.toMatchObject({
      ...refused,
      message: 'This token has expired.',
    })
  })

  it('that was good before is not good after its end, nor good for anything else', async () => {
    let passedS = 0
    const now = () => new Date(start.getTime() + passedS * 1000)
    const same = openTokens({secret: async () => new Secret(text), algorithm: 'HS256', now})
    const token = await same.sign('access', claims, 3600)
    for (let n = 0; n < 2; n++) expect(await same.verify('access', token)).toEqual(claims)
    await expect(same.verify('client-secret', token)).rejects.toMatchObject(refused)
    await expect(same.verify('access', `${token.slice(0, -1)}_`)).rejects.toMatchObject(refused)
    passedS = 3606
    await expect(same.verify('access', token)).rejects.toMatchObject({message: 'This token has expired.'})
  })

  it('is another one each time', async () => {
    expect(await tokens.sign('access', claims, 3600)).not.toBe(await tokens.sign('access', claims, 3600))
  })

  it.each(
    Object.entries({
      'with another secret': () => tokensWith({secret: `${text}.`}).sign('access', claims, 3600),
      'with another algorithm': () => tokensWith({algorithm: 'HS512'}).sign('access', claims, 3600),
      'with no algorithm': async () => `${part({alg: 'none', typ: 'access'})}.${part(standard)}.`,
      'with no algorithm, in other letters': async () => `${part({alg: 'nOnE', typ: 'access'})}.${part(claims)}.`,
      'with an empty signature': async () => (await forged()).replace(/[^.]+$/, ''),
      'with a public key as its secret': async () => {
        const {publicKey} = generateKeyPairSync('ed25519')
        const pem = publicKey.export({type: 'spki', format: 'pem'}).toString()
        return signed({alg: 'HS256', typ: 'access', jwk: {kty: 'oct', k: pem}}, standard, pem)
      },
      'of another type': () => forged({header: {typ: 'JWT'}}),
      'of no type': () => forged({header: {typ: undefined}}),
      'for another audience': () => forged({payload: {aud: 'june:client'}}),
      'by another issuer': () => forged({payload: {iss: 'july'}}),
      'that never expires': () => forged({payload: {exp: undefined}}),
      'that begins in a minute': () => forged({payload: {nbf: startS + 60}}),
      'for nobody': () => forged({payload: {sub: ''}}),
      'for a path': () => forged({payload: {sub: '../anna'}}),
      'with a role there is not': () => forged({payload: {roles: ['root']}}),
      'with an extension that is critical': () => forged({header: {crit: ['x'], x: 1}}),
      'that is a client secret': () => tokens.sign('client-secret', {sub: 'anna', permissions: []}, 3600),
      'that is very long': () => forged({payload: {more: 'x'.repeat(5000)}}),
    }),
  )('%s does not get in', async (_, make) => {
    await expect(verify(await make())).rejects.toMatchObject(refused)
  })

  it('is no client secret', async () => {
    await expect(tokens.verify('client-secret', await tokens.sign('access', claims, 60))).rejects.toMatchObject(refused)
  })

  it('with one character changed does not get in', async () => {
    const token = await tokens.sign('access', claims, 3600)
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A'
      await expect(verify(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).rejects.toMatchObject(refused)
    }
    // The last character stands for four bits and two that mean nothing.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const got = await Promise.allSettled([...last].map(letter => verify(token.slice(0, -1) + letter)))
    expect(got.filter(({status}) => status === 'fulfilled')).toHaveLength(1)
  })

  it('that is anything else does not get in, and nothing crashes', async () => {
    const token = await tokens.sign('access', claims, 3600)
    const mutated = fc
      .tuple(fc.nat(token.length - 1), fc.nat(8), fc.string({maxLength: 8, unit: 'binary'}))
      .map(([at, cut, put]) => token.slice(0, at) + put + token.slice(at + cut))
    const parts = fc.array(fc.base64String({maxLength: 200}), {minLength: 1, maxLength: 5}).map(each => each.join('.'))
    const given = fc.oneof(
      mutated,
      parts,
      fc.string({maxLength: 300, unit: 'binary'}),
      fc.json().map(json => part([json])),
    )
    const property = fc.asyncProperty(given, async bearer => {
      fc.pre(bearer !== token)
      await expect(verify(bearer)).rejects.toMatchObject(refused)
    })
    await fc.assert(property, {numRuns: 10_000})
  })
})
