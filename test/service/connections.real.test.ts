import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {connect, type Socket} from 'node:net'
import {Connections} from '@essence/core/service/connections'
import {afterEach, expect, it} from 'vitest'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

const open = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer)
  const connections = new Connections(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as {port: number}
  /** A connection that is kept open, as a client does. */
  const client = async () => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8')
    socket.on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
    const ask = async (path = '/'): Promise<string> => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
      const [text] = await once(socket, 'data')
      return text
    }
    return {socket, ask, closed: once(socket, 'close')}
  }
  return {connections, server, client, port}
}

const never = new AbortController().signal

it('answers a connection that was kept open once more, and closes it with that', async () => {
  const {connections, client, port} = await open((_request, response) => response.end('hello'))
  const {ask, closed} = await client()
  expect(await ask()).not.toMatch(/^connection: close/im)
  const ended = connections.end(60_000, never)
  expect(await ask()).toMatch(/^connection: close\r$/im)
  await closed
  await ended
  await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toMatchObject({code: 'ECONNREFUSED'})
})

it('closes, after a while, what nobody asks anything on, also a connection that was never used', async () => {
  const {connections, client} = await open((_request, response) => response.end('hello'))
  const [used, spare] = [await client(), await client()]
  await used.ask()
  await connections.end(10, never)
  await Promise.all([used.closed, spare.closed])
})

it('lets an answer end that takes longer, and closes after it', async () => {
  const asked = Promise.withResolvers<ServerResponse>()
  const {connections, client} = await open((_request, response) => asked.resolve(response))
  const {ask, closed} = await client()
  const answered = ask()
  const response = await asked.promise
  let over = false
  const ended = connections.end(1, never).then(() => {
    over = true
  })
  // Longer than the connections linger.
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(over).toBe(false)
  response.end('at last')
  expect(await answered).toMatch(/^connection: close\r$/im)
  await closed
  await ended
})

it('waits no longer than the deadline', async () => {
  const {connections, client} = await open(() => {})
  const {socket} = await client()
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const deadline = new AbortController()
  const ended = connections.end(60_000, deadline.signal)
  deadline.abort()
  await ended
})

it('leaves a connection that speaks another protocol to whoever speaks it', async () => {
  const {connections, server, client} = await open((_request, response) => response.end('hello'))
  const changed = Promise.withResolvers<Socket>()
  server.on('upgrade', ({socket}: IncomingMessage) => {
    connections.handOver(socket)
    changed.resolve(socket)
  })
  const [other, spare] = [await client(), await client()]
  other.socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: chess\r\n\r\n')
  const socket = await changed.promise
  const ended = connections.end(10, never)
  await spare.closed
  expect(other.socket.destroyed).toBe(false)
  socket.end()
  await other.closed
  await ended
})
