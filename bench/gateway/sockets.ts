import {once} from 'node:events'
import WebSocket from 'ws'
import {compare} from '../harness.ts'
import {startServer} from './protocol.ts'

const goals = {idleMb: 400}
const idle = 2000
const many = 10_000
const batch = 100

/** An open WebSocket; undefined where it was refused. */
const connect = async (address: string, person: string): Promise<WebSocket | undefined> => {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws/${person}`, {perMessageDeflate: false})
  const failed = once(socket, 'error').then(() => undefined)
  const socketOrNone = await Promise.race([once(socket, 'open').then(() => socket), failed])
  socket.on('error', () => {})
  return socketOrNone
}

const connectMany = async (address: string, count: number): Promise<WebSocket[]> => {
  const open: (WebSocket | undefined)[] = []
  while (open.length < count) {
    const next = Array.from({length: Math.min(batch, count - open.length)}, (_, n) => `p${open.length + n}`)
    open.push(...(await Promise.all(next.map(person => connect(address, person)))))
  }
  return open.filter(socket => socket !== undefined)
}

/** Whether it gets the answer to what it asks. */
const answers = async (socket: WebSocket, text: string): Promise<boolean> => {
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const hear = (data: WebSocket.RawData): void => {
    const message = JSON.parse(String(data))
    if (message.type === 'response') resolve(message.text.endsWith(`asked: ${text}`))
    if (message.type === 'error') resolve(false)
  }
  socket.on('message', hear)
  socket.once('close', () => resolve(false))
  socket.send(JSON.stringify({type: 'text', text}))
  return promise.finally(() => socket.off('message', hear))
}

const mb = (bytes: number): number => bytes / 1e6

/** Memory of many WebSockets on which nothing happens; and more of them than there may be. */
export const sockets = async (): Promise<void> => {
  const server = await startServer({kind: 'gateway'})
  const before = await server.usage('collected')
  const open = await connectMany(server.address, idle)
  const after = await server.usage('collected')
  const each = (after.rss - before.rss) / open.length / 1000
  const heap = (after.heapUsed - before.heapUsed) / open.length / 1000
  console.log(`${open.length} idle WebSockets: resident ${mb(before.rss).toFixed(0)} MB before them`)
  console.log(`each takes ${each.toFixed(1)} kB resident, ${heap.toFixed(1)} kB of it in the heap`)
  compare('resident with them', mb(after.rss), {atMost: goals.idleMb, unit: 'MB', digits: 0})
  for (const socket of open) socket.terminate()
  await server.close()
  await tooMany()
}

const tooMany = async (): Promise<void> => {
  const maxConnections = 4096
  const server = await startServer({kind: 'gateway', maxConnections})
  const open = await connectMany(server.address, many)
  const asked = open.slice(0, 100)
  const answered = (await Promise.all(asked.map((socket, n) => answers(socket, `question ${n}`)))).filter(Boolean)
  const {rss, unhandled} = await server.usage('collected')
  console.log(
    `${many} WebSockets asked for, ${maxConnections} allowed: ${open.length} open, resident ${mb(rss).toFixed(0)} MB`,
  )
  compare('of them open', open.length, {atMost: maxConnections, atLeast: maxConnections, digits: 0})
  compare('of 100 inside answered', answered.length, {atLeast: asked.length, digits: 0})
  compare('errors nobody caught', unhandled.length, {atMost: 0, digits: 0})
  for (const socket of open) socket.terminate()
  await server.close()
}
