// What of our own files goes into a release, and what stops a build.
import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {scanForSecrets} from '@essence/core/release/packaging/check/scan-secrets'
import {copyOwnFiles} from '@essence/core/release/packaging/collect/own-files'
import {beforeEach, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

let base = ''
const never = new AbortController().signal
const put = (path: string, content: string): void => {
  mkdirSync(dirname(join(base, path)), {recursive: true})
  writeFileSync(join(base, path), content)
}
beforeEach(() => {
  base = temporaryFolder()
  put('cli/package.json', '{"name": "essence", "files": ["dist"]}')
  put('cli/dist/a.js', 'export const a = 1\n')
  put('cli/src/package.json', '{"name": "@essence/core", "files": ["dist", "data/"]}')
  put('cli/src/dist/b.js', 'export const b = 1\n')
  put('cli/src/data/table.json', '{}\n')
  put('plugin/package.json', '{"name": "@acme/plugin-x", "files": ["dist", "public"]}')
  put('plugin/dist/x.js', 'export const x = 1\n')
  put('plugin/public/index.html', '<html></html>\n')
})

const plugin = () => ({
  service: 'x',
  name: '@acme/plugin-x',
  root: join(base, 'plugin'),
  command: 'x',
  declared: {engines: [], handover: 'instead' as const, ports: [], requires: []},
})
const copy = async (): Promise<string[]> => {
  const target = {
    service: 'x',
    plugins: [plugin()],
    command: ['x'],
    engines: [],
    handover: 'instead' as const,
    ports: [],
    requires: [],
  }
  return (await copyOwnFiles(join(base, 'cli'), join(base, 'release'), target)).sort()
}
const usual = [
  'dist/a.js',
  'node_modules/@acme/plugin-x/dist/x.js',
  'node_modules/@acme/plugin-x/public/index.html',
  'node_modules/@essence/core/data/table.json',
  'node_modules/@essence/core/dist/b.js',
]

describe('copyOwnFiles', () => {
  it('copies what each package says it ships, to where it is found', async () => {
    expect(await copy()).toEqual(usual)
  })

  it('leaves what nobody should see or run where it is', async () => {
    for (const path of ['.env', '.env.local', 'key.pem', 'id_ed25519', 'a.d.ts', 'a.ts', 'tsconfig.json', '.npmrc']) {
      put(`cli/dist/${path}`, 'secret')
      put(`plugin/public/deep/${path}`, 'secret')
    }
    put('plugin/public/node_modules/p/index.js', '')
    put('outside.js', '')
    symlinkSync(join(base, 'outside.js'), join(base, 'plugin/public/linked.js'))
    expect(await copy()).toEqual(usual)
  })

  it.each(['.env', 'config/.env.local', 'server.key', './key.pem', '.npmrc'])('refuses %s by name', async path => {
    put(`plugin/${path}`, 'secret')
    put('plugin/package.json', JSON.stringify({name: '@acme/plugin-x', files: ['dist', path]}))
    await expect(copy()).rejects.toMatchObject({
      code: 'SECRET_FOUND',
      message: expect.stringContaining(`@acme/plugin-x ships "${path}"`),
    })
  })

  it('refuses what was not built', async () => {
    rmSync(join(base, 'plugin/dist'), {recursive: true})
    await expect(copy()).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('@acme/plugin-x ships "dist", but there is no such file'),
    })
  })

  it('refuses a package that does not say what it ships', async () => {
    put('plugin/package.json', '{"name": "@acme/plugin-x"}')
    await expect(copy()).rejects.toMatchObject({code: 'BUILD_FAILED'})
  })
})

describe('scanForSecrets', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const pem = (kind: string): string =>
    [`-----BEGIN ${kind}PRIVATE KEY-----`, `${'MIIEvQIBADANBg'.repeat(12)}`, `-----END ${kind}PRIVATE KEY-----`].join(
      '\n',
    )
  const secrets: [rule: string, secret: string][] = [
    ['telegram-bot-token', `${'123456789'}:${'AAHk3x'.repeat(5)}AAHk3`],
    ['telegram-bot-token', `https://api.telegram.org/bot${'123456789'}:${'AAHk3x'.repeat(5)}AAHk3/getMe`],
    ['telegram-bot-token', `"${'123456789'}:${'AAHk3x'.repeat(5)}AAHk-"`],
    ['discord-bot-token', `M${'TIzNDU2Nzg5'.repeat(2)}A.${'Gx7aBc'}.${'a1B2c3D4'.repeat(3)}ab-`],
    ['discord-bot-token', `M${'TIzNDU2Nzg5'.repeat(2)}A.${'Gx7aBc'}.${'a1B2c3D4'.repeat(4)}`],
    ['privatekey', pem('')],
    ['privatekey', pem('RSA ')],
    ['github', `ghp_${'a1B2c3D4e5F6'.repeat(3)}`],
    ['aws', `AWS_SECRET_ACCESS_KEY = ${'wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzkeyAAAAA'}`],
  ]

  it.each(secrets)('finds %s, names the place and not the secret', async (rule, secret) => {
    put('good.js', 'export const good = 1\n'.repeat(3))
    put('bad.js', `\n// secretlint-disable\nexport const bad = \`${secret}\`\n`)
    put('later.js', 'export const later = 1\n')
    const failed = await scanForSecrets(base, ['good.js', 'bad.js', 'later.js'], never).catch(error => error)
    expect(failed).toMatchObject({code: 'SECRET_FOUND'})
    expect(failed.message).toContain(`bad.js:3 (${rule})`)
    expect(failed.message).not.toMatch(/good|later/)
    for (const part of secret.split(/[\s:.]+/).filter(word => word.length > 12))
      expect(failed.message).not.toContain(part)
  })

  it('passes code, and does not read what is no text', async () => {
    put('a.js', 'export const token = process.env.TELEGRAM_BOT_TOKEN\n')
    put('b.bin', `\0${pem('')}`)
    await scanForSecrets(base, ['a.js', 'b.bin'], never)
  })
})
