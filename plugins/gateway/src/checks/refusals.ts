import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {one} from '@essence/core/kit/flow/iterate'
import {expectEqual, expectMatch} from '@essence/core/proof/checks/expect'
import {jsonOf} from '@essence/core/proof/checks/http'
import {pause, toneRate} from '@essence/core/proof/checks/tones'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {ask, jsonBody} from './ask.ts'
import {type Line, lineAt, textTurn, turn} from './turn.ts'

const text = 'hello'
const sound = (body: string | Uint8Array): RequestInit => ({
  method: 'POST',
  headers: {'content-type': 'audio/wav'},
  body: Buffer.from(body),
})

/** What is wrong with a request is a status, with a code and a sentence. */
const requests: readonly [request: string, init: RequestInit, status: number, code: string, message: RegExp][] = [
  ['/api/none', {}, 404, 'NOT_FOUND', /There is no GET \/api\/none/],
  ['/api/turn', {}, 404, 'NOT_FOUND', /There is no GET \/api\/turn/],
  ['/api/turn', {...jsonBody(''), body: '{"text":'}, 400, 'BAD_REQUEST', /not valid JSON/],
  ['/api/turn', jsonBody({}), 400, 'USAGE', /text/],
  ['/api/turn', jsonBody({text: 'x'.repeat(8001)}), 400, 'USAGE', /text/],
  ['/api/turn', jsonBody({text, session: '../etc'}), 400, 'USAGE', /session/],
  ['/api/turn', jsonBody({text, language: 'Klingon'}), 400, 'USAGE', /language/],
  ['/api/turn', jsonBody({text: 'x'.repeat(1024 ** 2)}), 413, 'BAD_REQUEST', /too large/],
  [
    '/api/turn',
    {method: 'POST', headers: {'content-type': 'text/plain'}, body: text},
    415,
    'BAD_REQUEST',
    /Media Type/,
  ],
  ['/api/turn?speak=perhaps', sound('RIFF'), 400, 'USAGE', /speak/],
  ['/api/session/a%2Fb', {method: 'DELETE'}, 400, 'USAGE', /session/],
  ['/api/reminders', {}, 400, 'USAGE', /session/],
  ['/api/memory/x', {...jsonBody({}), method: 'PATCH'}, 400, 'USAGE', /text/],
  ['/api/status', {headers: {origin: 'https://page.example'}}, 403, 'NOT_ALLOWED', /page\.example/],
]

export const refusals: ServiceCheck[] = [
  {
    name: 'wrong requests',
    async run(service, signal) {
      for (const [path, init, status, code, message] of requests) {
        const what = `${init.method ?? 'GET'} ${path} ${String(init.body ?? '').slice(0, 40)}`.trim()
        const response = await ask(service, path, signal, init)
        const body = await response.text()
        expectEqual(`the status of ${what}`, response.status, status)
        const {ok, error} = jsonOf(what, body) as {ok: boolean; error: {code: string; message: string}}
        expectEqual(`the error of ${what}`, [ok, error?.code], [false, code])
        expectMatch(`the message of ${what}`, error.message, message)
      }
    },
  },
  {
    name: 'turns that fail',
    async run(service, signal) {
      const {maxAudioMs} = (await (await ask(service, '/api/status', signal)).json()) as {maxAudioMs: number}
      const long = await encodeToBytes(one({pcm: pause(maxAudioMs / 1000 + 2), sampleRate: toneRate}), 'wav', {signal})
      for (const [what, body, code] of [
        ['what is no sound', 'this is not sound, it only says so', 'AUDIO_UNREADABLE'],
        ['too much sound', long, 'AUDIO_TOO_LONG'],
      ] as const) {
        const lines = await turn(service, signal, sound(body))
        const {type, code: told, message} = lineAt(lines, 0)
        expectEqual(`the line about ${what}`, [lines.length, type, told], [1, 'error', code])
        expectMatch(`the message about ${what}`, String(message), /^The .*\.$/)
      }
    },
  },
  {
    name: 'a voice that is not here',
    async run(service, signal) {
      const lines = await textTurn(service, signal, {voice: 'nobody'})
      const failed: Line = lines.find(({type}) => type === 'speechFailed') ?? {}
      expectEqual('the line about the voice', failed['code'], 'VOICE_UNKNOWN')
      expectMatch('the message about the voice', String(failed['message']), /nobody/)
      expectEqual('the answer nevertheless', lineAt(lines, -1)['text'], 'You said: hello there.')
    },
  },
]
