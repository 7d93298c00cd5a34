// What the supervisor relies on: a port that is bound here, listened on by whoever gets its descriptor.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {connect, createServer} from 'node:net'
import {getSystemErrorName} from 'node:util'
import {HeldPorts} from '@essence/core/release/supervisor/ports/held-ports'
import {type BoundPort, bindPort} from '@essence/core/release/supervisor/ports/port-handle'
import {expect, it} from 'vitest'

const bound = (address: string, port: number): BoundPort => {
  const result = bindPort(address, port)
  if (typeof result === 'number') throw new Error(getSystemErrorName(result))
  return result
}

/** Answers the first connection on descriptor 3 with its own number, then ends. */
const answerer = `require('net').createServer(socket => socket.end(String(process.pid), () => process.exit(0))).listen({fd: 3})`

/** As a release is started: a shell becomes the service. */
const start = (fd: number) =>
  spawn('sh', ['-c', `exec "${process.execPath}" -e "${answerer}"`], {stdio: ['ignore', 'inherit', 'inherit', fd]})

const ask = async (port: number): Promise<string> => {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  const [text] = await once(socket, 'data')
  return text
}

it('a descriptor goes through the exec of a shell; connections wait for the next process when one ends', async () => {
  const {fd, port, close} = bound('127.0.0.1', 0)
  const first = start(fd)
  // Nobody listens before it does.
  let said: string | undefined
  while (said === undefined) said = await ask(port).catch(() => undefined)
  expect(said).toBe(String(first.pid))
  await once(first, 'exit')
  const waiting = ask(port)
  const second = start(fd)
  expect(await waiting).toBe(String(second.pid))
  await once(second, 'exit')
  close()
  await expect(ask(port)).rejects.toMatchObject({code: 'ECONNREFUSED'})
})

it('a port that is listened on is told at once, not when it is used', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const {port} = other.address() as {port: number}
  const result = bindPort('127.0.0.1', port)
  expect(typeof result === 'number' && getSystemErrorName(result)).toBe('EADDRINUSE')
  other.close()
})

it('an address that is not of this machine is told', () => {
  const result = bindPort('192.0.2.1', 0)
  expect(typeof result === 'number' && getSystemErrorName(result)).toBe('EADDRNOTAVAIL')
})

it('a name is held on each of its addresses, under the name of its variable', async () => {
  const probe = bound('127.0.0.1', 0)
  const {port} = probe
  probe.close()
  const ports = new HeldPorts()
  const wish = {name: 'X_PORT', host: 'localhost', port}
  await ports.take([wish])
  const handed = ports.handOver([wish])
  expect(handed.length).toBeGreaterThanOrEqual(1)
  expect(new Set(handed.map(({name}) => name))).toEqual(new Set(['X_PORT']))
  await ports.take([{...wish, name: 'Y_PORT'}])
  expect(ports.handOver([{...wish, name: 'Y_PORT'}]).map(({fd}) => fd)).toEqual(handed.map(({fd}) => fd))
  ports.keep([])
  expect(ports.handOver([wish])).toEqual([])
})

it.each([
  [
    {host: '192.0.2.1', port: 9},
    {code: 'CONFIG_INVALID', message: 'Cannot listen on 192.0.2.1:9 (EADDRNOTAVAIL).'},
  ],
  [{host: 'name.invalid', port: 9}, {code: 'CONFIG_INVALID'}],
])('what cannot be held is an error with the variable: %j', async (wish, expected) => {
  await expect(new HeldPorts().take([{name: 'X_PORT', ...wish}])).rejects.toMatchObject(expected)
})
