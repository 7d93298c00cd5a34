// Where TELEGRAM_API_ROOT names something else than a Bot API server, or a proxy answers in its place.
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Secret} from '@essence/core/kit/secret'
import {expect, it, onTestFinished} from 'vitest'
import {openBotApi} from '../src/bot-api/bot-api.ts'

it.each([
  ['a page', 404, '<html>Not Found</html>'],
  ['JSON of its own', 404, '{"detail":"Not Found"}'],
  ['a page that welcomes', 200, '<html>Welcome</html>'],
])('a server that answers %s is named, and may be asked again', async (_, status, body) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const {api} = openBotApi({token: new Secret('4711:AAx'), root: `http://${host}`, requestTimeoutMs: 5000})
  await expect(api.getMe()).rejects.toMatchObject({
    code: 'REMOTE_UNREACHABLE',
    message: `No answer from ${host} to getMe (it does not answer as a Bot API server).`,
  })
})
