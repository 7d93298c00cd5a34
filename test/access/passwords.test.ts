import {scryptSync} from 'node:crypto'
import {assertPassword, openPasswords} from '@essence/core/access/passwords'
import {describe, expect, it} from 'vitest'

describe('passwords', () => {
  const passwords = openPasswords(4)

  it('matches the one that was hashed, and no other', async () => {
    const kept = await passwords.hash('correct horse')
    expect(await passwords.matches('correct horse', kept)).toBe(true)
    for (const wrong of ['correct horsf', 'Correct horse', 'correct horse ', '', 'x'.repeat(100_000)])
      expect(await passwords.matches(wrong, kept)).toBe(false)
  })

  it('keeps a salt of its own and its parameters, in the PHC format', async () => {
    const [one, other] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')]
    expect(one).not.toBe(other)
    expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    // What was hashed at another cost is compared at that one.
    expect(await openPasswords(5).matches('correct horse', one)).toBe(true)
  })

  it('hashes as OWASP says: N = 2^17, r = 8, p = 1', async () => {
    const [, , parameters, salt = '', hash] = (await openPasswords().hash('correct horse')).split('$')
    expect(parameters).toBe('ln=17,r=8,p=1')
    const derived = scryptSync('correct horse', Buffer.from(salt, 'base64'), 32, {
      N: 2 ** 17,
      r: 8,
      p: 1,
      maxmem: 2 ** 28,
    })
    expect(Buffer.from(hash ?? '', 'base64')).toEqual(derived)
  })

  it('knows a password however its letters are composed', async () => {
    expect(await passwords.matches('cafe\u0301 noir', await passwords.hash('caf\u00e9 noir'))).toBe(true)
  })

  it.each([undefined, '', 'plain', '$scrypt$ln=4,r=8,p=1$$', '$2b$10$abcdefghijklmnopqrstuv'])(
    'matches nothing where there is no hash: %s',
    async kept => {
      expect(await passwords.matches('', kept)).toBe(false)
      expect(await passwords.matches('correct horse', kept)).toBe(false)
    },
  )

  it('takes as long for a name that nobody has', async () => {
    const slow = openPasswords(14)
    const kept = await slow.hash('correct horse')
    const time = async (hash: string | undefined): Promise<number> => {
      const before = process.cpuUsage()
      await slow.matches('wrong horse', hash)
      const {user, system} = process.cpuUsage(before)
      return user + system
    }
    const times = {known: [] as number[], unknown: [] as number[]}
    for (let round = 0; round < 15; round++) {
      times.known.push(await time(kept))
      times.unknown.push(await time(undefined))
    }
    const ratio = Math.min(...times.unknown) / Math.min(...times.known)
    expect(ratio).toBeGreaterThan(0.7)
    expect(ratio).toBeLessThan(1.4)
  })

  it('computes two at once, keeps the event loop free, and refuses a crowd', async () => {
    const slow = openPasswords(13)
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    const results = await Promise.allSettled(Array.from({length: 40}, () => slow.hash('correct horse')))
    clearInterval(ticking)
    const refused = results.filter(({status}) => status === 'rejected')
    expect(refused).toHaveLength(40 - 2 - 32)
    expect(refused[0]).toMatchObject({reason: {code: 'ENGINE_BUSY', retryAfterMs: 10_000}})
    expect(turns).toBeGreaterThan(5)
  })

  it.each(['1234567', 'x'.repeat(257)])('has 8 to 256 characters', password => {
    expect(() => assertPassword(password)).toThrow(`this one has ${password.length}`)
  })

  it('counts characters, not their bytes', () => {
    expect(() => assertPassword('🐴'.repeat(8))).not.toThrow()
    expect(() => assertPassword('🐴'.repeat(4))).toThrow('this one has 4')
  })
})
