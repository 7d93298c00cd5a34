import {spawn} from 'node:child_process'
import {chmodSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {signingSecret} from '@essence/core/access/signing-secret'
import {Secret} from '@essence/core/kit/secret'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

describe('the secret that signs tokens', () => {
  it('is made once, of 32 random bytes, for the eyes of its owner', async () => {
    const folder = join(temporaryFolder(), 'access')
    const secret = await signingSecret(folder)
    expect(secret.reveal()).toMatch(/^[\da-f]{64}$/)
    expect(readdirSync(folder)).toEqual(['secret'])
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect((await signingSecret(folder)).reveal()).toBe(secret.reveal())
    expect((await signingSecret(join(temporaryFolder(), 'access'))).reveal()).not.toBe(secret.reveal())
  })

  it('is the one that is given, where one is', async () => {
    const folder = join(temporaryFolder(), 'access')
    expect((await signingSecret(folder, new Secret('given'))).reveal()).toBe('given')
    expect(readdirSync(join(folder, '..'))).toEqual([])
  })

  it('that is damaged is refused, not replaced', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'secret'), 'short\n')
    await expect(signingSecret(folder)).rejects.toMatchObject({code: 'CONFIG_INVALID'})
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('short\n')
  })

  it('that cannot be written says so', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'access'), '')
    await expect(signingSecret(join(folder, 'access'))).rejects.toMatchObject({code: 'DATA_DIR_UNWRITABLE'})
    chmodSync(folder, 0o700)
  })

  it('is the same for processes that begin at the same moment', async () => {
    const folder = join(temporaryFolder(), 'access')
    const program = `
      import {signingSecret} from '@essence/core/access/signing-secret'
      process.stdout.write((await signingSecret(process.argv[1])).reveal())
    `
    const args = ['--conditions=essence-source', '--input-type=module', '-e', program, folder]
    const children = Array.from({length: 4}, () =>
      spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']}),
    )
    const secrets = await Promise.all(children.map(child => text(child.stdout)))
    expect(secrets[0]).toMatch(/^[\da-f]{64}$/)
    expect(new Set(secrets).size).toBe(1)
  })
})
