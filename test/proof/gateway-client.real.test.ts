import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {toPcm16} from '@essence/core/audio/pcm'
import {askGateway} from '@essence/core/proof/round-trip/gateway-client'
import {expect, it, onTestFinished} from 'vitest'
import {sine, wavOf} from '../audio/sounds.ts'

const serve = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close().closeAllConnections())
  await new Promise(resolve => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const lines =
  (...events: (object | string)[]): RequestListener =>
  (_request, response) =>
    void response.end(events.map(event => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`).join(''))

const ask = (gateway: string, signal = new AbortController().signal) =>
  askGateway({gateway, body: {audio: new Uint8Array([1]), type: 'audio/ogg'}, language: 'en', signal})

const clip = Buffer.from(wavOf(toPcm16(sine(440, 0.5)))).toString('base64')
/** The last samples of a sentence, fewer than a resampler takes. */
const crumb = Buffer.from(wavOf(toPcm16(sine(440, 0.001)), {rate: 22_050})).toString('base64')
const done = {type: 'done', text: 'You said: hello', audioMs: 1000, times: {totalMs: 12}}

it('gathers a turn, and leaves out what it does not know', async () => {
  const gateway = await serve(
    lines(
      {type: 'transcript', text: 'hello', language: 'en'},
      {type: 'weather', text: 'fine'},
      {type: 'sentence', index: 0, text: 'You said: hello', speech: 'You said: hello'},
      ...[0, 1].map(index => ({type: 'speech', index, mime: 'audio/wav', audio: clip})),
      {type: 'speech', index: 0, mime: 'audio/wav', audio: crumb},
      done,
    ),
  )
  const turn = await ask(gateway)
  expect(turn).toMatchObject({
    heard: 'hello',
    answer: 'You said: hello',
    spoken: 'You said: hello',
    times: {totalMs: 12},
  })
  expect(turn.pcm).toHaveLength(16_000)
})

it.each<[string, RequestListener, string, RegExp]>([
  ['an answer without its end', lines({type: 'transcript', text: 'hello'}), 'REMOTE_REFUSED', /without its end/],
  ['a line that is no JSON', lines('<html>'), 'REMOTE_REFUSED', /none of a turn: <html>/],
  ['a line of another shape', lines({type: 'transcript', text: 7}), 'REMOTE_REFUSED', /"transcript" that is none/],
  ['speech that is no sound', lines({type: 'speech', audio: 'AAAA'}, done), 'AUDIO_UNREADABLE', /./],
  ['an error of the turn', lines({type: 'error', code: 'NO_SPEECH', message: 'Nothing.'}), 'NO_SPEECH', /^Nothing\.$/],
  [
    'an error that is not in the table',
    lines({type: 'error', code: 'ODD', message: 'Odd.'}),
    'REMOTE_REFUSED',
    /^Odd\.$/,
  ],
  [
    'a voice that failed',
    lines({type: 'speechFailed', code: 'ENGINE_FAILED', message: 'Broke.'}, done),
    'ENGINE_FAILED',
    /Broke/,
  ],
  [
    'a refusal with its code',
    (_, response) => void response.writeHead(503).end('{"ok":false,"error":{"code":"ENGINE_BUSY","message":"Full."}}'),
    'ENGINE_BUSY',
    /503: Full/,
  ],
  [
    'a refusal without one',
    (_, response) => void response.writeHead(404).end('nothing'),
    'REMOTE_REFUSED',
    /404: nothing/,
  ],
  [
    'a connection that breaks',
    (_, response) => void response.write('{', () => response.destroy()),
    'REMOTE_UNREACHABLE',
    /./,
  ],
])('names %s', async (_, answer, code, message) => {
  await expect(ask(await serve(answer))).rejects.toMatchObject({code, message: expect.stringMatching(message)})
})

it('names a gateway that is not there', async () => {
  await expect(ask('http://127.0.0.1:1')).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
})

it('ends with an abort', async () => {
  const stop = new AbortController()
  const gateway = await serve((_, response) => void response.write('\n', () => stop.abort()))
  await expect(ask(gateway, stop.signal)).rejects.toMatchObject({code: 'CANCELLED'})
})
