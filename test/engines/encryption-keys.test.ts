import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {encryptionKeysOf} from '@essence/core/engines/encryption-keys'
import type {Secret} from '@essence/core/kit/secret'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const keysOf = async (env: Record<string, string>) => {
  const {settings} = await readConfig({env: {ENV_SH: '/dev/null', ...env}})
  const {current, old = []} = await encryptionKeysOf(settings)
  return [current?.reveal(), ...old.map((key: Secret) => key.reveal())]
}
const key = 'k'.repeat(32)
const fileWith = (text: string): string => {
  const file = join(temporaryFolder(), 'key')
  writeFileSync(file, text)
  return file
}

it('takes the key of the variable or of its file, and those before', async () => {
  expect(await keysOf({})).toEqual([undefined])
  expect(await keysOf({ENCRYPTION_KEY: key})).toEqual([key])
  expect(await keysOf({ENCRYPTION_KEY_FILE: fileWith(`${key}\n`)})).toEqual([key])
  const ENCRYPTION_KEY_OLD = `${'a'.repeat(16)}, ${'b'.repeat(16)}`
  expect(await keysOf({ENCRYPTION_KEY: key, ENCRYPTION_KEY_OLD})).toEqual([key, 'a'.repeat(16), 'b'.repeat(16)])
})

it('seals nothing where that is switched off, and opens what was sealed', async () => {
  expect(await keysOf({ENCRYPTION_KEY: key, ENABLE_DB_ENCRYPTION: 'false'})).toEqual([undefined, key])
})

it('refuses a key that is none, and never says it', async () => {
  const short = fileWith('only-short')
  for (const [env, message] of [
    [{ENCRYPTION_KEY: key, ENCRYPTION_KEY_FILE: short}, 'both set'],
    [{ENCRYPTION_KEY_FILE: join(temporaryFolder(), 'none')}, 'cannot be read'],
    [{ENCRYPTION_KEY_FILE: short}, 'has 10 characters; at least 16'],
    [{ENCRYPTION_KEY: 'only-short'}, 'at least 16 characters'],
    [{ENCRYPTION_KEY: `${key},${key}`}, 'without blanks and commas'],
  ] as const) {
    const refused = await keysOf(env).catch(error => error)
    expect(refused).toMatchObject({code: 'CONFIG_INVALID', message: expect.stringContaining(message)})
    expect(refused.message).not.toContain('only-short')
    expect(refused.message).not.toContain(key)
  }
})
