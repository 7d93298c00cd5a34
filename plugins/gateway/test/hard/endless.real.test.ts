// Too much of everything: uploads, sound without end, connections by the thousand.

import {readFileSync} from 'node:fs'
import {connect} from 'node:net'
import {describe, expect, it} from 'vitest'
import {connected, connect as connectSocket} from '../seed/seed-gateway.ts'
import {expectFailure, expectFree, openHard, post} from './hard-gateway.ts'

const mebibyte = 1024 ** 2
const resident = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024

/** Sends a head, then pieces as fast as they are taken, until the server answers or ends; what it said, and how much it was sent. */
const pour = async (address: string, head: string, piece: Uint8Array = Buffer.alloc(64 * 1024)) => {
  const {hostname, port} = new URL(address)
  const socket = connect(Number(port), hostname)
  let said = ''
  let sent = 0
  const until = performance.now() + 20_000
  let over = false
  socket.on('data', data => {
    said += data.toString('latin1')
  })
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  void closed.then(() => {
    over = true
  })
  const wholeAnswer = (): boolean => /\r\n\r\n[\s\S]*\}/.test(said)
  socket.write(Buffer.from(head, 'latin1'))
  for (; !over && !wholeAnswer() && performance.now() < until; sent++) {
    if (!socket.write(piece))
      await Promise.race([
        new Promise(resolve => socket.once('drain', resolve)),
        closed,
        new Promise(resolve => setTimeout(resolve, 200)),
      ])
  }
  await expect.poll(() => over || wholeAnswer(), {timeout: 10_000}).toBe(true)
  socket.destroy()
  const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(said) ?? []
  return {status: Number(status), body: said.slice(said.indexOf('\r\n\r\n') + 4), bytes: sent * piece.length}
}

const form = {'content-type': 'multipart/form-data; boundary=x'}
const part = '--x\r\ncontent-disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n'
const filePart = part.replace('"audio"', '"file"')
const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536), Buffer.from('\r\n')])

describe('51 MiB', () => {
  it.each(['/api/v1/audio/transcribe', '/api/documents', '/chat', '/v1/chat/completions'])(
    'that are said to %s are refused before they come',
    async path => {
      await using gateway = await openHard()
      const type = /audio|documents/.test(path) ? form : {'content-type': 'application/json'}
      const {status, body, bytes} = await pour(
        gateway.address,
        post(path, {...type, 'content-length': `${51 * mebibyte}`}, part),
      )
      expect(status).toBe(/documents/.test(path) ? 503 : 413)
      expectFailure(status, body)
      expect(bytes).toBeLessThan(8 * mebibyte)
    },
  )

  it.each([
    ['/api/v1/audio/transcribe', part],
    ['/v1/audio/transcriptions', filePart],
    ['/chat', ''],
  ])('that are not said to %s are refused when it is too much, and memory stays', async (path, start) => {
    await using gateway = await openHard()
    const type = start ? form : {'content-type': 'application/json'}
    const head = post(
      path,
      {...type, 'transfer-encoding': 'chunked'},
      start && `${start.length.toString(16)}\r\n${start}\r\n`,
    )
    const before = resident()
    for (let n = 0; n < 3; n++) {
      const {status, bytes} = await pour(gateway.address, head, chunk)
      expect([0, 404, 413]).toContain(status)
      expect(bytes).toBeLessThan(90 * mebibyte)
    }
    expect(resident() - before).toBeLessThan(400)
    await expectFree(gateway)
  })
})

describe('sound that never ends', () => {
  /** The head of a WAV file that says nothing of its length. */
  const endless = Buffer.concat([
    Buffer.from(
      'RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\xff\xff\xff\xff',
      'latin1',
    ),
  ])
  it('of a turn is refused at the longest that is taken', async () => {
    await using gateway = await openHard({}, {maxAudioMs: 3000})
    const head = post(
      '/api/turn?speak=false',
      {'content-type': 'audio/wav', 'transfer-encoding': 'chunked'},
      `${endless.length.toString(16)}\r\n${endless.toString('latin1')}\r\n`,
    )
    const {body} = await pour(gateway.address, head, chunk)
    expect(body).toMatch(/"type":"error","code":"AUDIO_TOO_L(ONG|ARGE)"/)
    await expectFree(gateway)
  })

  it('of a socket is refused at the largest that is taken, and the connection stays', async () => {
    await using gateway = await openHard({}, {maxAudioBytes: mebibyte})
    using client = await connected(gateway.address)
    client.send({type: 'audio_start', sample_rate: 16_000, encoding: 'pcm'})
    for (let n = 0; n < 40; n++) client.send(Buffer.alloc(64 * 1024))
    expect(await client.next()).toMatchObject({type: 'error', code: 'AUDIO_TOO_LARGE'})
    client.send({type: 'audio_end'})
    client.send({text: 'still there'})
    expect((await client.until('response')).at(-1)).toMatchObject({text: 'You said: still there.'})
    await expectFree(gateway)
  })

  it('a frame of a socket that is larger than is taken ends that connection alone', async () => {
    await using gateway = await openHard({}, {maxAudioBytes: mebibyte})
    using other = await connected(gateway.address)
    using client = await connected(gateway.address)
    client.send(Buffer.alloc(2 * mebibyte))
    expect(await client.closed).toBe(1009)
    other.send({type: 'ping'})
    expect((await other.next()).type).toBe('pong')
  })
})

describe('ten thousand connections', () => {
  it('are taken up to the bound; the rest is turned away, and those inside are served', async () => {
    await using gateway = await openHard({}, {maxConnections: 500})
    using inside = await connected(gateway.address)
    const {hostname, port} = new URL(gateway.address)
    const before = resident()
    let ended = 0
    for (let round = 0; round < 20; round++) {
      const sockets = Array.from({length: 500}, () => connect(Number(port), hostname))
      await Promise.all(
        sockets.map(
          socket =>
            new Promise<void>(resolve => {
              const timer = setTimeout(resolve, 500)
              socket.on('error', () => {})
              socket.once('close', () => {
                ended++
                clearTimeout(timer)
                resolve()
              })
            }),
        ),
      )
      if (round === 0) {
        inside.send({text: 'still served'})
        expect(await inside.next()).toMatchObject({text: 'You said: still served.'})
      }
      for (const socket of sockets) socket.destroy()
    }
    expect(ended).toBeGreaterThan(0)
    inside.send({type: 'ping'})
    expect((await inside.next()).type).toBe('pong')
    expect(resident() - before).toBeLessThan(200)
  })

  it('of sockets on which nobody says who they are: a hundred and some are held', async () => {
    await using gateway = await openHard()
    const clients = await Promise.all(
      Array.from({length: 300}, async () => {
        const client = connectSocket(gateway.address, '/ws/anna', gateway.afar)
        // One of both never comes, and in the end all are cut.
        for (const event of [client.opened, client.refused, client.closed]) event.catch(() => {})
        return Promise.race([client.opened.then(() => 'open'), client.refused]).then(result => ({client, result}))
      }),
    )
    const open = clients.filter(({result}) => result === 'open')
    expect(open.length).toBeLessThanOrEqual(128)
    expect(clients.filter(({result}) => result === 503)).toHaveLength(300 - open.length)
    for (const {client} of clients) client.socket.terminate()
    await expectFree(gateway)
  })
})
