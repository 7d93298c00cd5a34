import {extname} from 'node:path/posix'
import type {SettingsOf} from '@essence/core/config/declaration'
import type {Settings} from '@essence/core/config/schema'
import {expectEqual, expectMatch, expectThat} from '@essence/core/proof/checks/expect'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import type {gateway} from '../settings.ts'
import {ask} from './ask.ts'

/** Types of what a page links, by the end of the name. */
const types: Record<string, RegExp> = {
  '': /^text\/html; charset=utf-8$/,
  '.css': /^text\/css/,
  '.js': /^(?:text|application)\/javascript/,
  '.webmanifest': /^application\/manifest\+json/,
  '.svg': /^image\/svg\+xml$/,
  '.wasm': /^application\/wasm$/,
}

/** Files of this server that a text names: links of a page, imports of a script, images of a style. */
const links = /(?:href="|src="|\bfrom\s*["'`]|\bimport\s*\(?\s*["'`]|url\(["']?)(\.{0,2}\/[^"'`#?)]+)/g

const linkedIn = (text: string, at: string): string[] =>
  [...text.matchAll(links)].map(([, target = '']) => new URL(target, new URL(at, 'http://page')).pathname)

/** Gets a file of the page, as what it is. */
const get = async (service: ServiceAtWork, path: string, signal: AbortSignal): Promise<string> => {
  const response = await ask(service, path, signal)
  const body = await response.text()
  expectEqual(`the status of GET ${path}`, response.status, 200)
  expectMatch(`the type of ${path}`, response.headers.get('content-type'), types[extname(path)] ?? /./)
  const {CSP_HEADER: own} = service.settings as Settings & SettingsOf<(typeof gateway)['variables']>
  const policy = response.headers.get('content-security-policy')
  if (own) expectEqual(`the Content-Security-Policy of ${path}`, policy, own)
  else expectMatch(`the Content-Security-Policy of ${path}`, policy, /^default-src 'none'; script-src 'self'/)
  expectEqual(`X-Content-Type-Options of ${path}`, response.headers.get('x-content-type-options'), 'nosniff')
  expectThat(`the bytes of ${path}`, body.length > 0, 'some', body.length)
  return body
}

export const pageCheck: ServiceCheck = {
  name: 'GET / and all it links',
  async run(service, signal) {
    const seen = new Set(['/'])
    // What is found is gone through as well: a Set grows while it is iterated.
    for (const path of seen) for (const link of linkedIn(await get(service, path, signal), path)) seen.add(link)
    for (const kind of ['.css', '.js']) {
      const found = [...seen].filter(path => path.endsWith(kind))
      expectThat(`files of the page that end with ${kind}`, found.length > 0, 'some', [...seen])
    }
  },
}
