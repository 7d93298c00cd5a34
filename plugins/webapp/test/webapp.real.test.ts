import {once} from 'node:events'
import {createServer} from 'node:net'
import {openLog} from '@essence/core/service/log'
import {describe, expect, it} from 'vitest'
import WebSocket from 'ws'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {webappService} from '../src/service.ts'

const open = async (gateway: string, port = 0) => {
  const log = openLog('webapp', {LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json'})
  log.level = 'silent'
  const service = webappService({gateway: new URL(gateway), port, log})
  const {address} = await service.start(new AbortController().signal, () => {})
  return {address: address ?? '', [Symbol.asyncDispose]: () => service.close()}
}

describe('essence webapp', () => {
  it('shows the page of the gateway, and hands on what the page asks for', async () => {
    await using gateway = await openGateway(scriptedEngines())
    await using webapp = await open(gateway.address)
    const [own, direct] = await Promise.all([webapp, gateway].map(async ({address}) => (await fetch(address)).text()))
    expect(own).toMatch(/<div id="june">/)
    expect(own).toBe(direct)
    const status = await fetch(`${webapp.address}/api/status`)
    expect(await status.json()).toMatchObject({ready: true, you: {id: 'local', isAdmin: true}})
    const turn = await fetch(`${webapp.address}/api/turn`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: webapp.address},
      body: JSON.stringify({text: 'Hello.', speak: false}),
    })
    expect(await turn.text()).toMatch(/"type":"done"/)
  })

  it('lets WebSockets through, and leaves to the gateway who may open one', async () => {
    await using gateway = await openGateway(scriptedEngines())
    await using webapp = await open(gateway.address)
    const socket = `${webapp.address.replace('http', 'ws')}/ws/local`
    const mine = new WebSocket(socket, {origin: webapp.address})
    await once(mine, 'open')
    mine.close()
    const foreign = new WebSocket(socket, {origin: 'https://elsewhere.example'})
    const [error] = await once(foreign, 'error')
    expect(String(error)).toMatch(/403/)
  })

  it('says that the gateway does not answer, and that its port is taken', async () => {
    await using webapp = await open('http://127.0.0.1:9')
    const refused = await fetch(webapp.address)
    expect(refused.status).toBe(502)
    expect(await refused.text()).toMatch(/gateway at http:\/\/127\.0\.0\.1:9 does not answer/)
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const {port} = other.address() as {port: number}
    await expect(open('http://127.0.0.1:9', port)).rejects.toMatchObject({code: 'PORT_IN_USE'})
    other.close()
  })
})
