import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onTestFinished} from 'vitest'

/** What goes back to whoever asked. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** What a proxy makes of an answer to `GET /metrics`. */
export type Change = (asked: string, answer: Answer) => Partial<Answer>

/** A server that asks another one, and changes what it answers; closed when the test ends. @returns its address */
export const changingProxy = async (target: string, change: Change): Promise<string> => {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const {method = 'GET', url = '/', headers} = request
    const {'content-type': type, origin} = headers
    const asked = await fetch(`${target}${url}`, {
      method,
      headers: {...(type ? {'content-type': type} : {}), ...(origin ? {origin} : {})},
      ...(parts.length > 0 ? {body: Buffer.concat(parts)} : {}),
    })
    const kept = [...asked.headers].filter(
      ([name]) => !/^(connection|keep-alive|transfer-encoding|content-length)$/.test(name),
    )
    const answer = {
      status: asked.status,
      headers: Object.fromEntries(kept),
      body: Buffer.from(await asked.arrayBuffer()),
    }
    const changed = {...answer, ...change(`${method} ${url}`, answer)}
    response.writeHead(changed.status, changed.headers).end(changed.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
