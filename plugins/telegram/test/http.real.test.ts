import {request} from 'node:http'
import {describe, expect, it} from 'vitest'
import {ada, startService} from './harness.ts'

const open = async (options: Parameters<typeof startService>[0] = {}) => {
  const started = await startService(options)
  const {lines} = await started.starting
  const root = lines.at(-1)?.replace(/^health: (.*)\/health$/, '$1') ?? ''
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${root}/api/agent/message`, {
      method: 'POST',
      headers: {'content-type': 'application/json', ...headers},
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return {status: response.status, body: (await response.json()) as Record<string, unknown>}
  }
  return {...started, root, post}
}

describe('POST /api/agent/message', () => {
  it('answers with the text of a turn, and sends nothing to Telegram', async () => {
    const {post, peer, requests} = await open()
    expect(await post({message: 'hello'})).toEqual({status: 200, body: {success: true, message: 'You said: hello.'}})
    expect(await post({message: 'hi', user_id: 5, chat_id: '-6'})).toMatchObject({status: 200})
    expect(requests.map(({speaker}) => speaker)).toEqual(['http:999999', 'http:5'])
    expect(peer.callsOf('sendMessage')).toEqual([])
  })

  it.each([
    ['no message', {}],
    ['an empty one', {message: '  '}],
    ['one that is no text', {message: 7}],
    ['one that is too long', {message: 'x'.repeat(4097)}],
    ['a list', []],
  ])('refuses %s with 400', async (_, body) => {
    const {post} = await open()
    expect(await post(body)).toMatchObject({status: 400, body: {success: false, error: expect.any(String)}})
  })

  it('refuses broken JSON with 400', async () => {
    const {post} = await open()
    expect(await post('{"message"')).toMatchObject({status: 400, body: {success: false, error: expect.any(String)}})
  })

  it('answers 500 when the turn fails', async () => {
    const {post} = await open({
      answer: () => {
        throw new Error('lost the thread')
      },
    })
    expect(await post({message: 'hello'})).toMatchObject({
      status: 500,
      body: {success: false, error: 'The turn failed.'},
    })
  })

  it('refuses a page that reached this machine under another name', async () => {
    const {root, requests} = await open()
    const {port} = new URL(root)
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {'content-type': 'application/json', host: `evil.example:${port}`}
      request({host: '127.0.0.1', port, path: '/api/agent/message', method: 'POST', headers}, response => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end('{"message":"hello"}')
    })
    expect(status).toBe(403)
    expect(requests).toEqual([])
  })
})

describe('GET /health and /metrics', () => {
  it('say what runs and count what happens', async () => {
    const {root, peer, done, health} = await open()
    health.phase = 'ready'
    await done(peer.userSends({from: ada, text: 'hello'}))
    const report = (await (await fetch(`${root}/health`)).json()) as {status: string; checks: object}
    expect(report).toMatchObject({status: 'healthy', checks: {telegram: {}, stt: {}, tts: {}, llm: {}}})
    const metrics = await (await fetch(`${root}/metrics`)).text()
    expect(metrics).toContain('telegram_messages_total{type="text"} 1')
    expect(metrics).toContain('june_turns_total{channel="telegram",result="ok"} 1')
    expect(metrics).toContain('june_turns_running{channel="telegram"} 0')
    expect(metrics).toContain('june_messages{channel="telegram",state="waiting"} 0')
  })
})
