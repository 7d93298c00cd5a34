import {once} from 'node:events'
import {request} from 'node:http'
import {connect} from 'node:net'
import {text} from 'node:stream/consumers'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {freePort} from '../../../test/kit/free-port.ts'
import {allLines, openGateway, postText} from './open-gateway.ts'

/** A request with headers that `fetch` would not send. */
const ask = async (address: string, path: string, headers: Record<string, string>, method = 'GET', body = '') => {
  const {hostname, port} = new URL(address)
  const {promise, resolve, reject} = Promise.withResolvers<import('node:http').IncomingMessage>()
  request({hostname, port, path, method, headers}, resolve).on('error', reject).end(body)
  const response = await promise
  return {status: response.statusCode, headers: response.headers, body: await text(response)}
}

describe('who may use the gateway', () => {
  it.each(['evil.example', 'localhost.evil.example:8000', '127.0.0.1.evil.example', '192.168.1.7:8000', '[::2]:8000'])(
    'not a request for the host %s, for any path',
    async host => {
      await using gateway = await openGateway(scriptedEngines())
      for (const path of ['/', '/api/status', '/health', '/metrics', '/nothing']) {
        const {status, body} = await ask(gateway.address, path, {host})
        expect([path, status]).toEqual([path, 403])
        expect(JSON.parse(body)).toMatchObject({error: {code: 'NOT_ALLOWED'}})
      }
    },
  )

  it.each(['localhost:9000', '127.0.0.1', 'LOCALHOST', '[::1]:8000'])('a request for the host %s', async host => {
    await using gateway = await openGateway(scriptedEngines())
    expect((await ask(gateway.address, '/api/status', {host})).status).toBe(200)
  })

  it('not a page of another origin; our own page and programs without one may', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const {host} = new URL(gateway.address)
    const post = async (origin?: string) => {
      const headers = {host, 'content-type': 'application/json', ...(origin ? {origin} : {})}
      return (await ask(gateway.address, '/api/turn', headers, 'POST', '{"text":"a"}')).status
    }
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1', `https://${host}`]) {
      expect([origin, await post(origin)]).toEqual([origin, 403])
    }
    expect(await post(`http://${host}`)).toBe(200)
    expect(await post()).toBe(200)
  })

  it('a request for a name that a proxy is reached by, to sign in; without a token nothing more', async () => {
    await using gateway = await openGateway(scriptedEngines(), {allowedHosts: ['june.example']})
    const statusOf = async (path: string) => (await ask(gateway.address, path, {host: 'june.example'})).status
    expect(await Promise.all(['/', '/health', '/api/status'].map(statusOf))).toEqual([200, 200, 401])
  })

  it.each(['0.0.0.0', '::'])('nobody without a token where it listens on %s, also from this machine', async host => {
    await using gateway = await openGateway(scriptedEngines(), {host})
    const address = `http://localhost:${new URL(gateway.address).port}`
    const told = await fetch(`${address}/api/status`)
    expect([told.status, (await fetch(address)).status]).toEqual([401, 200])
    expect(await told.json()).toMatchObject({error: {code: 'TOKEN_MISSING'}})
  })
})

describe('the page', () => {
  it('comes with headers that keep it to itself, and with every file it names', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const page = await fetch(gateway.address)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    )
    expect(page.headers.get('content-security-policy')).toContain("worker-src 'self'; base-uri 'none'")
    // No other policy can be made, and so no script of unknown origin.
    expect(page.headers.get('content-security-policy')).toMatch(/; trusted-types june-service-worker$/)
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    const contentSecurityPolicy = "default-src 'self'"
    await using own = await openGateway(scriptedEngines(), {contentSecurityPolicy})
    expect((await fetch(own.address)).headers.get('content-security-policy')).toBe(contentSecurityPolicy)
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('microphone=(self)'),
    })
    const loaded = new Set<string>()
    const follow = async (source: string, base: string) => {
      // Of a page its links, of a script what it imports, now or later.
      const links = base.endsWith('.js') ? /\b(?:from|import\()["'`](\.[^"'`]+)["'`]/g : /\b(?:href|src)="([^"#]+)"/g
      const names = [...source.matchAll(links)]
      for (const [, name = ''] of names) {
        const url = new URL(name, base)
        expect(url.origin).toBe(new URL(gateway.address).origin)
        if (loaded.has(url.pathname)) continue
        loaded.add(url.pathname)
        const file = await fetch(url)
        expect([url.pathname, file.status]).toEqual([url.pathname, 200])
        if (url.pathname.endsWith('.js')) await follow(await file.text(), url.href)
      }
    }
    const html = await page.text()
    await follow(html, page.url)
    expect(loaded.size).toBeGreaterThan(5)
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/)
  })

  it('is told what only demonstrates, the voices and the limits', async () => {
    const engines = scriptedEngines({notices: ['It only repeats.']})
    await using gateway = await openGateway(engines)
    expect(await (await fetch(`${gateway.address}/api/status`)).json()).toEqual({
      ready: true,
      lines: engines.lines,
      notices: engines.notices,
      voices: await engines.tts.voices(),
      languages: ['en'],
      sampleRate: 16_000,
      maxAudioMs: 60_000,
      maxDocumentBytes: 50 * 2 ** 20,
      you: {id: 'local', isAdmin: true},
    })
  })
})

describe('the life of the service', () => {
  it('says what is loaded while engines are, and has turns wait for them as long as a person does', async () => {
    const [loading, loaded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let closed = false
    const port = await freePort()
    const opening = openGateway(scriptedEngines(), {
      port,
      patienceMs: 3000,
      openEngines: async ({onLoad}) => {
        onLoad?.('speech synthesis', undefined)
        onLoad?.('the language model', undefined)
        onLoad?.('speech synthesis', 12)
        loading.resolve()
        await loaded.promise
        return {
          ...scriptedEngines(),
          close: async () => {
            closed = true
          },
        }
      },
    })
    await loading.promise
    const address = `http://127.0.0.1:${port}`
    expect(await (await fetch(`${address}/health`)).json()).toMatchObject({status: 'starting', ready: false})
    expect(await (await fetch(`${address}/api/status`)).json()).toEqual({
      ready: false,
      loading: ['the language model'],
      you: {id: 'local', isAdmin: true},
    })
    const told = await postText(address, {text: 'a'})
    expect(told.status).toBe(503)
    expect(await told.text()).toContain('June is still starting: the language model is being loaded.')
    const waiting = postText(address, {text: 'a'})
    loaded.resolve()
    expect((await allLines(await waiting)).at(-1)?.type).toBe('done')
    {
      await using gateway = await opening
      expect((await fetch(`${gateway.address}/api/status`)).status).toBe(200)
    }
    expect(closed).toBe(true)
  })

  it('frees its port when the engines do not open', async () => {
    const port = await freePort()
    const failing = async (): Promise<never> => {
      throw new EssenceError('MODEL_MISSING', 'No model.')
    }
    await expect(openGateway(scriptedEngines(), {port, openEngines: failing})).rejects.toThrow('No model.')
    await using gateway = await openGateway(scriptedEngines(), {port})
    expect(gateway.address).toContain(String(port))
  })

  it('drains: finishes the turn that runs and takes no new one', async () => {
    const [asked, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          asked.resolve()
          yield 'To the '
          await end.promise
          yield 'end.'
        },
      }),
    )
    const running = postText(gateway.address, {text: 'a', speak: false})
    await asked.promise
    const drained = gateway.service.drain(AbortSignal.timeout(60_000))
    expect((await postText(gateway.address, {text: 'b'})).status).toBe(503)
    end.resolve()
    const lines = await allLines(await running)
    expect(lines.at(-1)).toMatchObject({type: 'done', text: 'To the end.'})
    await drained
  })

  it('drains: cancels at the deadline what has not ended, and says so', async () => {
    const asked = Promise.withResolvers<void>()
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer({signal}) {
          yield 'I never '
          asked.resolve()
          await new Promise(resolve => signal?.addEventListener('abort', resolve))
          throw new EssenceError('CANCELLED', 'Cancelled.')
        },
      }),
    )
    const running = postText(gateway.address, {text: 'a'})
    await asked.promise
    await gateway.service.drain(AbortSignal.abort())
    const lines = await allLines(await running)
    expect(lines.at(-1)).toMatchObject({type: 'error', code: 'CANCELLED'})
  })

  it('closes although a browser holds a connection on which it never asked anything', async () => {
    const gateway = await openGateway(scriptedEngines())
    const {hostname, port} = new URL(gateway.address)
    const spare = connect(Number(port), hostname)
    await once(spare, 'connect')
    // The server knows of the connection once it answers another one.
    await (await fetch(`${gateway.address}/health`)).text()
    const ended = once(spare, 'close')
    await gateway.service.close()
    await ended
  })

  it('counts turns and their stages under the channel web', async () => {
    await using gateway = await openGateway(scriptedEngines())
    await (await postText(gateway.address, {text: 'a'})).text()
    const metrics = await (await fetch(`${gateway.address}/metrics`)).text()
    expect(metrics).toContain('june_turns_total{channel="web",result="ok"} 1')
    expect(metrics).toContain('june_turns_running{channel="web"} 0')
    expect(metrics).toMatch(/june_turn_stage_seconds_count\{.*stage="ttfa".*\} 1/)
  })
})
