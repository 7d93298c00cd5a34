import {generateKeyPairSync} from 'node:crypto'
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {checkDigest, readDigestFile} from '@essence/core/release/artifact/digest'
import {fitsNodeRange, requireFit} from '@essence/core/release/artifact/fitness'
import {signRelease, verifyRelease} from '@essence/core/release/signature'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {manifestOf, sha256Of, writeTarball} from '../tarball.ts'

describe('the digest of a tarball', () => {
  it('is what sha256sum wrote, and is checked', async () => {
    const folder = temporaryFolder()
    const {path, sha256} = await writeTarball(folder, Buffer.from('content'))
    expect(await readDigestFile(path)).toBe(sha256)
    await checkDigest(path, sha256)
    await writeFile(path, 'c0ntent')
    await expect(checkDigest(path, sha256)).rejects.toMatchObject({code: 'DIGEST_MISMATCH', exit: 8})
  })

  it('that is missing, or of another file, is told', async () => {
    const folder = temporaryFolder()
    const {path, sha256} = await writeTarball(folder, Buffer.from('content'))
    for (const text of ['', 'hello', sha256, `${sha256}  other.tar.gz\n`, `${sha256}  ${path}\n${sha256}  ${path}\n`]) {
      await writeFile(`${path}.sha256`, text)
      await expect(readDigestFile(path)).rejects.toMatchObject({code: 'RELEASE_INVALID'})
    }
    await rm(`${path}.sha256`)
    await expect(readDigestFile(path)).rejects.toMatchObject({code: 'INPUT_NOT_FOUND'})
    await expect(checkDigest(join(folder, 'none.tar.gz'), sha256)).rejects.toMatchObject({code: 'INPUT_NOT_FOUND'})
  })
})

describe('a signature', () => {
  const pem = (type: 'ed25519' | 'x25519') => {
    const {privateKey, publicKey} = generateKeyPairSync(type as 'ed25519')
    return {
      key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
      pub: publicKey.export({type: 'spki', format: 'pem'}).toString(),
    }
  }
  const digest = sha256Of('content')

  it('counts for its digest and its key only', () => {
    const [mine, other] = [pem('ed25519'), pem('ed25519')]
    const signature = signRelease(digest, mine.key)
    verifyRelease(digest, signature, mine.pub)
    const refused = expect.objectContaining({code: 'SIGNATURE_INVALID', exit: 8})
    expect(() => verifyRelease(digest, signature, other.pub)).toThrow(refused)
    expect(() => verifyRelease(sha256Of('other'), signature, mine.pub)).toThrow(refused)
    expect(() => verifyRelease(digest, 'AAAA', mine.pub)).toThrow(refused)
    expect(() => verifyRelease(digest, '', mine.pub)).toThrow(refused)
    // It would be written down where releases are checked.
    expect(() => verifyRelease(digest, signature, mine.key)).toThrow(/is a private key/)
  })

  it('of what is no Ed25519 key is refused, without a word of the key', () => {
    const secret = 'c2VjcmV0IHRoYXQgbXVzdCBub3QgYXBwZWFy'
    for (const bad of [
      '',
      secret,
      pem('x25519').key,
      `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
    ]) {
      try {
        signRelease(digest, bad)
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({code: 'SIGNATURE_INVALID'})
        expect(String(error)).not.toContain(secret)
      }
    }
  })
})

describe('a machine', () => {
  it.each([
    ['>=22.19', '24.1.0', true],
    ['>=22.19', '22.19.0', true],
    ['>=22.19', '22.18.9', false],
    ['>=22.19', '20.20.1', false],
    ['>=22.19.1', '22.19.0', false],
    ['>=22 <25', '24.9.9', true],
    ['>=22 <25', '25.0.0', false],
    ['>=9', '10.0.0', true],
    ['^22', '22.0.0', undefined],
    ['', '22.0.0', undefined],
    ['>=22 || >=24', '22.0.0', undefined],
  ])('Node.js %s and %s: %s', (range, version, fits) => {
    expect(fitsNodeRange(range, version)).toBe(fits)
  })

  const here = {os: 'linux', arch: 'x64', node: '24.1.0'}
  const built = {platform: {os: 'linux', arch: 'x64'}}

  it.each([
    ['another processor', {...here, arch: 'arm64'}, built, 'RELEASE_UNFIT'],
    ['another system', {...here, os: 'darwin'}, built, 'RELEASE_UNFIT'],
    ['an old Node.js', {...here, node: '20.0.0'}, built, 'RELEASE_UNFIT'],
    ['an unknown range', here, {...built, node: {range: 'lts/*'}}, 'RELEASE_INVALID'],
  ])('that a release does not fit: %s', (_, machine, other, code) => {
    expect(() => requireFit(manifestOf({}, other), machine)).toThrow(expect.objectContaining({code}))
  })

  it('with an old Node.js takes a release that brings its own', () => {
    requireFit(manifestOf({}, {...built, node: {range: '>=22.19', bundled: 'node/bin/node'}}), {
      ...here,
      node: '18.0.0',
    })
  })
})
