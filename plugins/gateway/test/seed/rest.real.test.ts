import {toPcm16} from '@essence/core/audio/pcm'
import {describe, expect, it} from 'vitest'
import {sine, wavOf} from '../../../../test/audio/sounds.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {databaseMs, openSeed, type Seed, told} from './seed-gateway.ts'

const wav = Buffer.from(wavOf(toPcm16(sine(400, 1))))
const bearer = (token: string) => ({authorization: `Bearer ${token}`})
const answerOf = async (response: Response) => ({status: response.status, body: await told(response)})

describe('POST /auth/…', () => {
  it('gives a token for a name to callers on this machine', async () => {
    const engines = scriptedEngines()
    await using gateway = await openSeed(engines)
    const response = await fetch(`${gateway.address}/auth/token?user_id=test_user`, {method: 'POST'})
    expect(response.headers.get('cache-control')).toBe('no-store')
    const {access_token, token_type, expires_in} = await told(response)
    expect([token_type, expires_in]).toEqual(['bearer', 24 * 3600])
    await gateway.post('/chat', {text: 'a'}, {...bearer(access_token), ...gateway.afar})
    expect(engines.trace.requests.at(-1)?.speaker).toBe('user:test_user')
    const unnamed = await told(await fetch(`${gateway.address}/auth/token`, {method: 'POST'}))
    await gateway.post('/chat', {text: 'a'}, bearer(unnamed.access_token))
    expect(engines.trace.requests.at(-1)?.speaker).toBe('user:default')
  })

  it('gives none to others, nor by login without a password, unless configured', async () => {
    await using gateway = await openSeed()
    const path = '/auth/token?user_id=test_user'
    expect(await answerOf(await gateway.post(path, {}, gateway.afar))).toMatchObject({
      status: 403,
      body: {
        error: {
          code: 'NOT_ALLOWED',
          suggestions: expect.arrayContaining([expect.stringContaining('GATEWAY_OPEN_TOKENS')]),
        },
      },
    })
    const token = await gateway.tokenFor('anna')
    expect((await gateway.post(path, {}, bearer(token))).status).toBe(403)
    expect((await gateway.post('/auth/login', {user_id: 'test_user'}, gateway.afar)).status).toBe(403)
    await using open = await openSeed(scriptedEngines(), {openTokens: true})
    expect((await open.post(path, {}, open.afar)).status).toBe(200)
    expect(await answerOf(await open.post('/auth/login', {user_id: 'anna'}, open.afar))).toMatchObject({
      status: 200,
      body: {access_token: expect.any(String), user_id: 'anna', username: 'anna', roles: ['user']},
    })
  })

  it('signs in, goes on and signs out; each refresh token is good for one use', {timeout: databaseMs}, async () => {
    await using gateway = await openSeed()
    await gateway.access.users.create({username: 'anna', password: 'correct horse'})
    const login = await gateway.post(
      '/auth/login',
      {username: 'anna', password: 'correct horse', client: 'x'},
      gateway.afar,
    )
    const session = await told(login)
    expect(session).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      user_id: 'anna',
      username: 'anna',
      roles: ['user'],
    })
    const refresh = (refresh_token: string) => gateway.post('/auth/refresh', {refresh_token}, gateway.afar)
    const next = await told(await refresh(session.refresh_token))
    expect(next.refresh_token).not.toBe(session.refresh_token)
    expect((await gateway.post('/chat', {text: 'a'}, {...bearer(next.access_token), ...gateway.afar})).status).toBe(200)
    expect(await answerOf(await gateway.post('/auth/logout', {refresh_token: next.refresh_token}))).toEqual({
      status: 200,
      body: {message: 'Signed out.'},
    })
    expect((await refresh(next.refresh_token)).status).toBe(401)
  })

  it.each([
    [{username: 'anna', password: 'wrong'}, 401],
    [{username: 'nobody', password: 'wrong'}, 401],
    [{username: 'anna'}, 400],
    [{}, 400],
    [{username: 5, password: 'a'}, 422],
    [{user_id: '../anna'}, 422],
  ])('refuses %j with %i', async (body, status) => {
    await using gateway = await openSeed()
    expect((await gateway.post('/auth/login', body)).status).toBe(status)
  })
})

describe('POST /chat', () => {
  it('answers a text', async () => {
    await using gateway = await openSeed()
    const {status, body} = await answerOf(
      await gateway.post('/chat', {type: 'text', text: 'Hello', conversation_id: 'c1'}),
    )
    expect(status).toBe(200)
    expect(body).toEqual({
      type: 'response',
      text: 'You said: Hello.',
      content: 'You said: Hello.',
      conversation_id: 'c1',
      timestamp: expect.any(String),
    })
  })

  it('answers sound by text and sound, and a tts_request by sound', async () => {
    await using gateway = await openSeed(scriptedEngines({heard: 'open'}))
    const {body} = await answerOf(await gateway.post('/chat', {type: 'audio', audio_data: wav.toString('base64')}))
    expect(body).toMatchObject({type: 'response', text: 'You said: open.', transcript: 'open', sample_rate: 16_000})
    expect(Buffer.from(body.audio_b64, 'base64').toString('latin1', 0, 4)).toBe('RIFF')
    expect(body.audio_data).toBe(body.audio_b64)
    const spoken = (await answerOf(await gateway.post('/chat', {type: 'tts_request', content: 'Read.'}))).body
    expect(spoken).toMatchObject({type: 'audio_response', text: 'Read.', audio_data: spoken.audio_b64})
  })

  it('needs a token from elsewhere', async () => {
    await using gateway = await openSeed()
    expect(await answerOf(await gateway.post('/chat', {text: 'a'}, gateway.afar))).toMatchObject({
      status: 401,
      body: {detail: expect.stringContaining('token'), error: {code: 'TOKEN_MISSING'}},
    })
  })

  it('says of a body that does not fit where, in the words of FastAPI as well', async () => {
    await using gateway = await openSeed()
    const {status, body} = await answerOf(await gateway.post('/chat', {type: 'text', text: 5}))
    expect(status).toBe(422)
    expect(body).toMatchObject({
      ok: false,
      error: {code: 'USAGE'},
      detail: [{loc: ['body', 'text'], msg: expect.any(String)}],
    })
    expect((await gateway.post('/chat', {type: 'dance'})).status).toBe(422)
    expect((await gateway.post('/chat', {type: 'text'})).status).toBe(400)
    expect((await gateway.post('/chat', [])).status).toBe(422)
    expect((await gateway.post('/chat', null)).status).toBe(422)
  })

  it('answers a repeated request with the same answer', async () => {
    const engines = scriptedEngines()
    await using gateway = await openSeed(engines)
    const ask = async () => (await gateway.post('/chat', {text: 'once'}, {'idempotency-key': 'k1'})).text()
    expect(await ask()).toBe(await ask())
    expect(engines.trace.requests).toHaveLength(1)
  })
})

const upload = (gateway: Seed, form: FormData, query = '') =>
  fetch(`${gateway.address}/api/v1/audio/transcribe${query}`, {method: 'POST', body: form})
const formOf = (bytes: Uint8Array, name = 'a.wav', fields: Record<string, string> = {}) => {
  const form = new FormData()
  form.append('audio', new Blob([new Uint8Array(bytes)]), name)
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  return form
}

describe('POST /api/v1/…', () => {
  it('writes down a recording; with a round trip, by query or form, answers it', async () => {
    await using gateway = await openSeed(scriptedEngines({heard: 'open'}))
    expect(await answerOf(await upload(gateway, formOf(wav), '?language=en'))).toEqual({
      status: 200,
      body: {transcript: 'open', detected_language: 'en'},
    })
    for (const how of [
      await upload(gateway, formOf(wav), '?full_round_trip=yes'),
      await upload(gateway, formOf(wav, 'a.wav', {full_round_trip: '1'})),
    ]) {
      const {status, body} = await answerOf(how)
      expect(status).toBe(200)
      expect(body).toMatchObject({
        transcript: 'open',
        llm_response: 'You said: open.',
        sample_rate: 16_000,
        audio_b64: body.audio_data,
      })
    }
  })

  it('refuses what is no recording', async () => {
    await using gateway = await openSeed()
    const statusOf = async (form: FormData) => (await upload(gateway, form)).status
    const codeOf = async (form: FormData) => (await told(await upload(gateway, form))).error.code
    expect(await codeOf(formOf(Buffer.alloc(0)))).toBe('AUDIO_EMPTY')
    expect(await codeOf(formOf(Buffer.alloc(4000, 7)))).toBe('AUDIO_UNREADABLE')
    for (const name of ['a.exe', '../a.wav', '..\\a.wav', `${'a'.repeat(300)}.wav`])
      expect([name, await statusOf(formOf(wav, name))]).toEqual([name, 400])
    for (const name of ['blob', 'a.WAV', 'a.webm', 'ä b.wav'])
      expect([name, await statusOf(formOf(wav, name))]).toEqual([name, 200])
    const other = new FormData()
    other.append('file', new Blob([wav]), 'a.wav')
    expect(await statusOf(other)).toBe(400)
    expect(await statusOf(formOf(wav, 'a.wav', {language: 'no language'}))).toBe(400)
    expect((await gateway.post('/api/v1/audio/transcribe', {})).status).toBe(400)
  })

  it('refuses an upload of 51 MB, whether it says so or not', async () => {
    await using gateway = await openSeed()
    const large = formOf(Buffer.alloc(51 * 1024 ** 2))
    expect((await upload(gateway, large)).status).toBe(413)
    const {headers, body} = new Response(large)
    const streamed = await fetch(`${gateway.address}/api/v1/audio/transcribe`, {
      method: 'POST',
      headers: {'content-type': headers.get('content-type') ?? ''},
      body,
      duplex: 'half',
    } as RequestInit)
    expect(streamed.status).toBe(413)
    expect((await fetch(`${gateway.address}/health`)).status).toBe(200)
  })

  it('speaks a text', async () => {
    const engines = scriptedEngines()
    await using gateway = await openSeed(engines)
    const {status, body} = await answerOf(await gateway.post('/api/v1/tts/speak', {text: 'Good morning.'}))
    expect(status).toBe(200)
    expect(Object.keys(body).sort()).toEqual(['audio_b64', 'audio_data', 'sample_rate'])
    expect(engines.trace.spoken.at(-1)).toMatchObject({
      text: 'Good morning.',
      options: {language: 'en', voice: undefined},
    })
    for (const text of ['', 'a'.repeat(50_001), 5])
      expect((await gateway.post('/api/v1/tts/speak', {text})).status).toBe(422)
  })

  it('has the bare model write; 503 with the way out where there is none', async () => {
    await using gateway = await openSeed()
    const {status, body} = await answerOf(await gateway.post('/api/v1/llm/generate', {prompt: 'Once'}))
    expect([status, body.error.code]).toEqual([503, 'ENGINE_UNAVAILABLE'])
    for (const prompt of ['', 'a'.repeat(100_001)])
      expect((await gateway.post('/api/v1/llm/generate', {prompt})).status).toBe(422)
    const engines = scriptedEngines()
    const asked: unknown[] = []
    const model = {
      async *chat(messages: unknown) {
        asked.push(messages)
        yield {kind: 'thought', text: 'Hm.'}
        yield {kind: 'answer', text: 'upon a '}
        yield {kind: 'answer', text: 'time'}
        yield {kind: 'end', text: '', finish: 'stop', usage: {}}
      },
    }
    await using withModel = await openSeed({...engines, model: model as never})
    expect(await answerOf(await withModel.post('/api/v1/llm/generate', {prompt: 'Once'}))).toEqual({
      status: 200,
      body: {text: 'upon a time'},
    })
    expect(asked).toEqual([[{role: 'user', content: 'Once'}]])
  })

  it('is for who may use that engine', {timeout: databaseMs}, async () => {
    await using gateway = await openSeed()
    const {key} = await gateway.access.users
      .create({username: 'anna', password: 'correct horse'})
      .then(() => gateway.access.keys.create({name: 'tts', userId: 'anna', permissions: ['service.tts']}))
    const headers = {...bearer(key), ...gateway.afar}
    expect((await gateway.post('/api/v1/tts/speak', {text: 'a'}, headers)).status).toBe(200)
    expect((await gateway.post('/api/v1/llm/generate', {prompt: 'a'}, headers)).status).toBe(403)
    expect((await gateway.post('/chat', {text: 'a'}, headers)).status).toBe(403)
    const permissions = ['conversations.write'] as const
    const chat = await gateway.access.keys.create({name: 'chat', userId: 'anna', permissions})
    const chats = {...bearer(chat.key), ...gateway.afar}
    expect((await gateway.post('/chat', {type: 'tts_request', text: 'a'}, chats)).status).toBe(403)
    expect((await gateway.post('/chat', {text: 'a'}, chats)).status).toBe(200)
  })

  it('stands in the OpenAPI document', async () => {
    await using gateway = await openSeed()
    const {paths} = await told(await fetch(`${gateway.address}/openapi.json`))
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/status',
        '/auth/token',
        '/auth/login',
        '/auth/refresh',
        '/auth/logout',
        '/chat',
        '/api/v1/audio/transcribe',
        '/api/v1/llm/generate',
        '/api/v1/tts/speak',
      ]),
    )
    const schema = paths['/api/v1/tts/speak']?.post.requestBody.content['application/json'].schema
    expect(schema?.properties.text).toMatchObject({type: 'string', minLength: 1, maxLength: 50_000})
    expect(JSON.stringify(paths['/chat']?.post.requestBody)).toContain('tts_request')
  })
})
