import {connect} from 'node:net'
import {toPcm16} from '@essence/core/audio/pcm'
import type {Engines} from '@essence/core/engines/open'
import {mockLlm} from '@essence/core/llm/mock'
import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import {expect} from 'vitest'
import {sine, wavOf} from '../../../../test/audio/sounds.ts'
import {type Script, scriptedEngines, type Trace} from '../../../../test/engines/scripted.ts'
import type {GatewayOptions} from '../../src/service-options.ts'
import {allLines, postText} from '../open-gateway.ts'
import {openSeed} from '../seed/seed-gateway.ts'

/** How often each property is tried: `VITEST_FUZZ=10 npm test -- plugins/gateway/test/hard` tries ten times as often. */
export const runs = (count: number): {numRuns: number} => ({numRuns: count * Number(process.env['VITEST_FUZZ'] ?? 1)})

/** A second of a tone. */
export const wav = Buffer.from(wavOf(toPcm16(sine(400, 16))))

export type Hard = Awaited<ReturnType<typeof openHard>>

/** A gateway with accounts, every engine and four places for turns. */
export const openHard = async (
  script: Script = {},
  options: Partial<GatewayOptions> = {},
  more: Partial<Engines> = {},
) => {
  const engines = {...scriptedEngines(script), model: mockLlm(), embedder: mockEmbedder(), ...more}
  const gateway = await openSeed(engines, options)
  return {...gateway, trace: engines.trace as Trace, [Symbol.asyncDispose]: () => gateway.service.close()}
}

/** Nothing runs any more, and every place for a turn is free: as many as there are get one at once. */
export const expectFree = async ({address, trace}: Pick<Hard, 'address' | 'trace'>, places = 4): Promise<void> => {
  await expect.poll(() => trace.running.size, {timeout: 10_000}).toBe(0)
  await expect
    .poll(
      async () => {
        const turns = Array.from({length: places}, () =>
          postText(address, {text: 'free?', speak: false}).then(allLines),
        )
        return (await Promise.all(turns)).flat().filter(({type}) => type === 'waiting' || type === 'error').length
      },
      {timeout: 10_000},
    )
    .toBe(0)
}

interface Said {
  status: number
  head: string
  body: string
  /** The server ended the connection. */
  ended: boolean
}

/** Sends bytes as they are, and gives what came back within `ms`, or until the server ended the connection, or `enough` of it came. */
export const talk = async (
  address: string,
  bytes: string | Uint8Array,
  {ms = 3000, enough}: {ms?: number; enough?: RegExp} = {},
): Promise<Said> => {
  const {hostname, port} = new URL(address)
  const socket = connect({host: hostname, port: Number(port), allowHalfOpen: true})
  let text = ''
  let ended = false
  const {promise, resolve} = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  socket.on('data', data => {
    text += data.toString('latin1')
    if (enough?.test(text)) resolve()
  })
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      ended = true
      resolve()
    })
  }
  socket.write(bytes)
  await promise
  clearTimeout(timer)
  socket.destroy()
  const [head = '', ...rest] = text.split('\r\n\r\n')
  return {status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n'), ended}
}

/** The body of a failed request, of one of the shapes that are told. */
export const expectFailure = (status: number, body: string): void => {
  const told = JSON.parse(body)
  expect([status, told]).toEqual([
    expect.toSatisfy((code: number) => (code >= 400 && code < 500) || code === 503),
    {
      ...told,
      error: expect.objectContaining({
        message: expect.any(String),
        ...(told.ok === false && {code: expect.any(String)}),
      }),
    },
  ])
}

/** A request in bytes. */
export const post = (path: string, headers: Record<string, string>, body = ''): string => {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${fields.join('')}\r\n${body}`
}
