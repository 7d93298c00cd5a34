// Clients that send a byte now and then: without an end of their time they would hold their connections for ever.
import {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {expect, it, onTestFinished} from 'vitest'
import {trickle} from '../kit/trickle.ts'

const open = async () => {
  const silent = {info: () => {}, error: () => {}} as unknown as Log
  const http = openHttp({
    ...{health: new Health('test', '1.2.3'), metrics: openMetrics(), log: silent},
    ...{headersTimeoutMs: 200, requestTimeoutMs: 400},
  })
  http.post('/echo', async request => request.body as object)
  onTestFinished(() => http.close())
  return listen(http, '127.0.0.1', 0, 'X_PORT')
}

const post = (path: string, type = 'application/json'): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: 100000\r\n\r\n`

const letters = Buffer.from('a'.repeat(1000))

it('a body that trickles is refused, and its connection ends', async () => {
  const address = await open()
  const said = await trickle(address, post('/echo'), letters)
  expect(said).toMatch(
    /^HTTP\/1\.1 408 [\s\S]*"code":"BAD_REQUEST","message":"The request did not come to its end in time\."/,
  )
})

it.each([
  ['to a path that is not there', '/absent', 'application/json'],
  ['of a kind that nobody reads', '/echo', 'audio/wav'],
])('so does the connection of one %s', async (_, path, type) => {
  const address = await open()
  expect(await trickle(address, post(path, type), letters)).toMatch(/^HTTP\/1\.1 4\d\d /)
})

it('a head that trickles is refused', async () => {
  const address = await open()
  expect(await trickle(address, 'GET /health HTTP/1.1\r\nx-a: ', letters)).toMatch(/^HTTP\/1\.1 408 /)
})
