// Anything at all as a request: never a fault of ours, never words of another person.
import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {bodies, inAddress, words} from './arbitraries.ts'
import {expectSound, type Fuzzed, openFuzzed} from './fuzzed-gateway.ts'
import {runs} from './hard-gateway.ts'

// Thousands of requests, on a machine that may be busy.
vi.setConfig({testTimeout: 600_000, hookTimeout: 300_000})

let june: Fuzzed
beforeAll(async () => {
  june = await openFuzzed()
})
afterAll(() => june?.[Symbol.asyncDispose]())

describe('anything as JSON', () => {
  it.each(Object.entries(bodies))('to %s is answered, or refused as it should be', async (path, body) => {
    const key = fc.option(fc.constantFrom('k', 'l'), {nil: undefined, freq: 5})
    const property = fc.asyncProperty(body, key, async (given, name) => {
      const headers = {'content-type': 'application/json', ...(name && {'idempotency-key': name})}
      expectSound(await june.send(path, {headers, body: JSON.stringify(given) ?? ''}))
    })
    await fc.assert(property, runs(300))
  })

  it('and no JSON at all', async () => {
    const types = fc.constantFrom(
      'application/json',
      'text/plain',
      'audio/wav',
      'application/octet-stream',
      'multipart/form-data',
      'multipart/form-data; boundary=x',
      'a/b',
      ';',
      'application/json; charset=utf-7',
    )
    const property = fc.asyncProperty(
      fc.constantFrom(
        ...Object.keys(bodies),
        '/api/documents',
        '/api/v1/audio/transcribe',
        '/v1/audio/transcriptions',
        '/v1/realtime/client_secrets',
        '/auth/token',
        '/auth/logout',
        '/nothing',
      ),
      types,
      fc.uint8Array({maxLength: 300}),
      async (path, type, body) => {
        expectSound(await june.send(path, {headers: {'content-type': type}, body: Buffer.from(body)}))
      },
    )
    await fc.assert(property, runs(1000))
  })
})

describe('any path and query', () => {
  it('is answered, or refused as it should be', async () => {
    const part = fc.oneof(
      words.map(inAddress),
      fc.constantFrom(
        'conversations',
        'anna',
        'ben',
        'export',
        'api',
        'memory',
        'documents',
        'v1',
        'models',
        'responses',
        'admin',
        'users',
        'status',
        'docs',
        'static',
        '..',
        '.',
        '%2e%2e',
        '%00',
        '%',
      ),
    )
    const query = fc.array(
      fc.tuple(
        fc.constantFrom(
          'page',
          'page_size',
          'limit',
          'after',
          'q',
          'format',
          'session',
          'token',
          '__proto__',
          'user_id',
        ),
        words,
      ),
      {maxLength: 3},
    )
    const property = fc.asyncProperty(
      fc.constantFrom('GET', 'DELETE', 'PATCH', 'HEAD', 'PUT', 'OPTIONS'),
      fc.array(part, {maxLength: 4}),
      query,
      async (method, parts, asked) => {
        const path = `/${parts.join('/')}?${asked.map(([name, value]) => `${name}=${inAddress(value)}`).join('&')}`
        // Streams of reminders have no end.
        if (/^\/api\/reminders\/?\?/.test(path)) return
        const sent = await june.send(path, {method})
        if (method === 'HEAD') expect(sent.status).toBeLessThan(500)
        else expectSound(sent)
      },
    )
    await fc.assert(property, runs(1500))
  })
})

describe('all of it', () => {
  it('leaves the memory as it was', async () => {
    const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024
    const body = JSON.stringify({text: 'a'.repeat(5000)})
    const round = async () => {
      for (let n = 0; n < 300; n++) await june.send('/chat', {headers: {'content-type': 'application/json'}, body})
    }
    await round()
    const before = resident()
    await round()
    expect(resident() - before).toBeLessThan(100)
  })
})
