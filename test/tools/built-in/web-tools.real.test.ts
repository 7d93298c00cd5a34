import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Secret} from '@essence/core/kit/secret'
import {weather, webSearch} from '@essence/core/tools/built-in/web-tools'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {context} from '../tool-context.ts'

let respond: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end()
const server = createServer((request, response) => respond(request, response))
let base = ''
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const run = {...context({language: 'de'}), signal: new AbortController().signal}
const search = (signal = run.signal) =>
  webSearch({url: `${base}/search?safe=1`, apiKey: new Secret('a-key-of-mine')}).run(
    {query: 'tea & milk'},
    {...run, signal},
  )

it('asks for the weather of a place, in the language of the person', async () => {
  respond = (request, response) => response.end(`asked ${request.url}`)
  const {text} = await weather(`${base}/now?units=metric`).run({place: 'São Paulo'}, run)
  expect(text).toBe('asked /now?units=metric&place=S%C3%A3o+Paulo&language=de')
})

it('searches the web as SearXNG is asked', async () => {
  const asked: unknown[] = []
  respond = (request, response) => {
    asked.push(request.url, request.headers.authorization)
    const results = Array.from({length: 9}, (_, index) => ({
      title: `T${index}`,
      url: `https://x/${index}`,
      content: null,
    }))
    response.end(JSON.stringify({query: 'tea', results}))
  }
  const {text} = await search()
  expect(asked).toEqual(['/search?safe=1&q=tea+%26+milk&format=json', 'Bearer a-key-of-mine'])
  expect(text.split('\n\n')).toHaveLength(6)
  expect(text).toContain('T0\nhttps://x/0')
})

it.each<[string, (response: ServerResponse) => void, string]>([
  ['an error', response => response.writeHead(500).end(), 'REMOTE_REFUSED'],
  ['another address', response => response.writeHead(302, {location: 'http://127.0.0.1:1/'}).end(), 'REMOTE_REFUSED'],
  ['no JSON', response => response.end('<html>'), 'REMOTE_REFUSED'],
  ['more than it may', response => response.end('x'.repeat(2 * 1024 ** 2)), 'REMOTE_REFUSED'],
  [
    'half an answer',
    response => response.writeHead(200, {'content-length': '10'}).end('{}', () => response.destroy()),
    'REMOTE_UNREACHABLE',
  ],
])('a service that answers with %s is an error', async (_, answer, code) => {
  respond = (_, response) => answer(response)
  await expect(search()).rejects.toMatchObject({code})
})

it('a service that is silent is left when the time is over', async () => {
  const controller = new AbortController()
  respond = () => controller.abort()
  await expect(search(controller.signal)).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
})
