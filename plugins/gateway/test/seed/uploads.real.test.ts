import {once} from 'node:events'
import {connect} from 'node:net'
import {toPcm16} from '@essence/core/audio/pcm'
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {sine, wavOf} from '../../../../test/audio/sounds.ts'
import {openSeed, type Seed} from './seed-gateway.ts'

const path = '/api/v1/audio/transcribe'
const boundary = 'frontier'
const contentType = `multipart/form-data; boundary=${boundary}`
const wav = Buffer.from(wavOf(toPcm16(sine(400, 0.5))))

const part = (headers: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`), body, Buffer.from('\r\n')])
const end = Buffer.from(`--${boundary}--\r\n`)
const post = (gateway: Seed, body: Uint8Array) =>
  fetch(gateway.address + path, {method: 'POST', headers: {'content-type': contentType}, body: new Uint8Array(body)})

/** Forms: VITEST_CASES=20000 npm test -- plugins/gateway/test/seed/uploads */
const numRuns = Math.ceil(Number(process.env['VITEST_CASES'] ?? 3000) / 10)

const header = fc.oneof(
  fc.constantFrom(
    'Content-Disposition: form-data; name="audio"; filename="a.wav"',
    'Content-Disposition: form-data; name="audio"',
    'Content-Disposition: form-data; name="language"',
    'Content-Disposition: form-data; name="__proto__"',
    'Content-Disposition: form-data; name="audio"; filename="../a.wav"\r\nContent-Type: audio/wav',
    'Content-Type: text/plain',
    '',
  ),
  fc.string(),
)
const form = fc
  .tuple(
    fc.array(fc.tuple(header, fc.oneof(fc.uint8Array(), fc.constant(wav))), {maxLength: 4}),
    fc.boolean(),
    fc.nat(400),
  )
  .map(([parts, ends, cut]) => {
    const whole = Buffer.concat([...parts.map(([name, body]) => part(name, body)), ...(ends ? [end] : [])])
    return cut < 50 ? whole.subarray(0, Math.max(0, whole.length - cut)) : whole
  })

it('answers any form by what it heard, or by what is wrong with it', {timeout: 600_000}, async () => {
  await using gateway = await openSeed()
  await fc.assert(
    fc.asyncProperty(form, async bytes => {
      const response = await post(gateway, bytes)
      expect([200, 400, 413]).toContain(response.status)
      await response.text()
    }),
    {numRuns},
  )
})

it('drops a client whose upload stands still', async () => {
  await using gateway = await openSeed(undefined, {stallMs: 300})
  const {hostname, port} = new URL(gateway.address)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nContent-Length: 100000\r\n\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\nRIFF`,
  )
  const [answer] = await once(socket.setEncoding('utf8'), 'data')
  expect(answer).toMatch(/^HTTP\/1.1 408 /)
  await once(socket, 'close')
  const whole = Buffer.concat([part('Content-Disposition: form-data; name="audio"; filename="a.wav"', wav), end])
  expect((await post(gateway, whole)).status).toBe(200)
})
