import {execFileSync, spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {
  fingerprintOf,
  hashName,
  judgeHostKey,
  knownHostName,
  knownKeyTypes,
  namesMatch,
  parseKnownHosts,
} from '@essence/core/release/ssh/auth/known-hosts'
import {matchesPattern} from '@essence/core/release/ssh/config/pattern'
import fc from 'fast-check'
import ssh2 from 'ssh2'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {ed25519Pair} from './ed25519-pair.ts'

const makePublic = (type: 'ed25519' | 'ecdsa'): {line: string; key: Buffer} => {
  const pair = type === 'ed25519' ? ed25519Pair() : ssh2.utils.generateKeyPairSync('ecdsa', {bits: 256})
  const line = pair.public.trim()
  return {line, key: Buffer.from(line.split(' ')[1] ?? '', 'base64')}
}
const a = makePublic('ed25519')
const b = makePublic('ed25519')
const e = makePublic('ecdsa')

const folder = temporaryFolder()

/** Lines that the real ssh-keygen finds for a name: number, and marker if any. */
const keygenFinds = (file: string, name: string): string[] => {
  const {stdout} = spawnSync('ssh-keygen', ['-l', '-F', name, '-f', file], {encoding: 'utf8'})
  return [...stdout.matchAll(/^# Host .* found: line (\d+) ?(REVOKED|CA)?/gm)].map(
    ([, line, marker = '']) => `${line} ${marker}`,
  )
}
const weFind = (text: string, name: string): string[] =>
  parseKnownHosts(text, 'x')
    .filter(entry => namesMatch(entry.hosts, name.toLowerCase()))
    .map(({line, marker}) => `${line} ${marker === 'revoked' ? 'REVOKED' : marker ? 'CA' : ''}`)
const noKeygen = spawnSync('ssh-keygen', ['-?']).error ? ' (skipped: no ssh-keygen)' : ''

describe('known_hosts', () => {
  it.each<[string, string, number, string, number?]>([
    ['plain', `web ${a.line}`, 22, 'known'],
    ['among several names', `db,web,10.0.0.1 ${a.line}`, 22, 'known'],
    ['capitals', `WEB ${a.line}`, 22, 'known'],
    ['glob', `w* ${a.line}`, 22, 'known'],
    ['one character', `we? ${a.line}`, 22, 'known'],
    ['negated', `w*,!web ${a.line}`, 22, 'unknown'],
    ['only negated', `!db ${a.line}`, 22, 'unknown'],
    ['hashed', `${hashName('web')} ${a.line}`, 22, 'known'],
    ['hashed, another host', `${hashName('db')} ${a.line}`, 22, 'unknown'],
    ['hashed with a port', `${hashName('[web]:2222')} ${a.line}`, 2222, 'known'],
    ['port', `[web]:2222 ${a.line}`, 2222, 'known'],
    ['another port', `[web]:2222 ${a.line}`, 2223, 'unknown'],
    ['without a port, shown on one', `web ${a.line}`, 2222, 'known'],
    ['another key without a port, shown on one', `web ${b.line}`, 2222, 'unknown'],
    ['another key', `web ${b.line}`, 22, 'changed'],
    ['another key on that port', `[web]:2222 ${b.line}`, 2222, 'changed'],
    ['only a key of another type', `web ${e.line}`, 22, 'changed'],
    ['two keys, the second is it', `web ${b.line}\nweb ${a.line}`, 22, 'known', 2],
    ['revoked', `@revoked web ${a.line}`, 22, 'revoked'],
    ['revoked for all, known before', `web ${a.line}\n@revoked * ${a.line}`, 22, 'revoked', 2],
    ['revoked without a port, shown on one', `[web]:2222 ${a.line}\n@revoked web ${a.line}`, 2222, 'revoked', 2],
    ['another key revoked', `@revoked * ${b.line}\nweb ${a.line}`, 22, 'known', 2],
    ['a damaged revocation', `web ${a.line}\n@revoked web ssh-ed25519 AAAA!`, 22, 'revoked', 2],
    ['an authority', `@cert-authority web ${a.line}`, 22, 'unknown'],
    ['an authority beside the key', `@cert-authority web ${b.line}\nweb ${a.line}`, 22, 'known', 2],
    ['a damaged key', 'web ssh-ed25519 AAAA!', 22, 'unknown'],
    ['a key cut short', `web ${a.line.slice(0, 60)}`, 22, 'changed'],
    ['a type that is not the key', `web ssh-rsa ${a.line.split(' ')[1]}`, 22, 'unknown'],
    ['a comment', `# web ${a.line}`, 22, 'unknown'],
    ['an unknown marker', `@trusted web ${a.line}`, 22, 'unknown'],
    ['tabs, spaces, a comment, CRLF', `\t web\t\t${a.line}\tlaptop of me\r\n`, 22, 'known'],
    ['nothing', '', 22, 'unknown'],
  ])('%s', (_, text, port, kind, line = 1) => {
    const verdict = judgeHostKey(parseKnownHosts(text, 'f'), 'Web', port, a.key)
    expect(verdict.kind).toBe(kind)
    if (verdict.kind === 'known' || verdict.kind === 'revoked') expect(verdict.entry.line).toBe(line)
  })

  it('names the line of an authority', () => {
    const known = parseKnownHosts(`@cert-authority *.example.org ${b.line}`, 'f')
    expect(judgeHostKey(known, 'web.example.org', 22, a.key)).toMatchObject({kind: 'unknown', authority: {line: 1}})
  })

  it('tells the types a host is known by, not those of authorities and revocations', () => {
    const text = `web ${e.line}\n@revoked web ${a.line}\n@cert-authority web ${a.line}`
    expect(knownKeyTypes(parseKnownHosts(text, 'f'), 'web', 22)).toEqual(['ecdsa-sha2-nistp256'])
  })

  it('takes any text without failing, and trusts a key in none of it', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), fc.string(), (text, host) => {
        expect(judgeHostKey(parseKnownHosts(text, 'f'), host, 22, a.key).kind).not.toBe('known')
      }),
    )
  })

  it('a hashed name stands for that name alone', () => {
    const name = fc.stringMatching(/^[a-z0-9.[\]:-]{1,30}$/)
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(namesMatch(hashName(one), one)).toBe(true)
        if (one !== other) expect(namesMatch(hashName(one), other)).toBe(false)
      }),
    )
  })

  it('a pattern fits as the same regular expression does', () => {
    const unit = fc.constantFrom('a', 'b', '*', '?', '.')
    fc.assert(
      fc.property(fc.string({unit, maxLength: 12}), fc.string({unit, maxLength: 8}), (text, pattern) => {
        const expression = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
        expect(matchesPattern(text, pattern)).toBe(new RegExp(`^${expression}$`).test(text))
      }),
      {numRuns: 1000},
    )
  })

  it.skipIf(noKeygen)(`finds the lines ssh-keygen -F finds${noKeygen}`, () => {
    const label = fc.constantFrom('web', 'db', 'WEB', 'web.example.org', '[web]:2222', '10.0.0.1')
    const pattern = fc.constantFrom('*', 'w*', '?eb', '*.example.org', '!web', '!w*', '[web]:*', '!*')
    const names = fc.oneof(
      fc.array(fc.oneof(label, pattern), {minLength: 1, maxLength: 4}).map(list => list.join(',')),
      label.map(name => hashName(name)),
      fc.constantFrom('|1|bad', '|2|AAAA|BBBB', hashName('web').slice(0, -4)),
    )
    const key = fc.constantFrom(a.line, b.line, e.line, `${a.line} a comment`, 'ssh-ed25519 AAAAbroken', '1024 35 123')
    const marker = fc.constantFrom('', '', '', '@cert-authority ', '@revoked ', '@other ', '#')
    const line = fc
      .tuple(fc.constantFrom('', ' ', '\t'), marker, names, fc.constantFrom(' ', '\t', '  '), key)
      // A revocation with a damaged key counts for us, not for ssh-keygen: tested above.
      .filter(([, mark, , , text]) => !(mark === '@revoked ' && /broken|1024/.test(text)))
      .map(parts => parts.join(''))
    const file = join(folder, 'generated')
    fc.assert(
      // ssh-keygen takes the name as it is; ssh, and so do we, in small letters.
      fc.property(
        fc.array(line, {maxLength: 12}),
        label.filter(name => name !== 'WEB'),
        (lines, name) => {
          const text = `${lines.join('\n')}\n`
          writeFileSync(file, text)
          expect(weFind(text, name)).toEqual(keygenFinds(file, name))
        },
      ),
      {numRuns: 100},
    )
  })

  it.skipIf(noKeygen)(`reads what ssh-keygen -H hashed, and shows its fingerprints${noKeygen}`, () => {
    const file = join(folder, 'hashed')
    writeFileSync(file, `web,db ${a.line}\n[web]:2222 ${e.line}\n`)
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], {stdio: 'pipe'})
    const text = execFileSync('cat', [file], {encoding: 'utf8'})
    expect(text).not.toMatch(/^(web|db)/m)
    const known = parseKnownHosts(text, file)
    expect(judgeHostKey(known, 'db', 22, a.key).kind).toBe('known')
    expect(judgeHostKey(known, 'web', 2222, e.key).kind).toBe('known')
    expect(knownHostName('WEB', 2222)).toBe('[web]:2222')
    const {stdout} = spawnSync('ssh-keygen', ['-l', '-F', 'db', '-f', file], {encoding: 'utf8'})
    expect(stdout).toContain(fingerprintOf(a.key))
  })
})
