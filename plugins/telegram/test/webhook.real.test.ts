// Updates that Telegram brings: stored before they are acknowledged, taken from nobody else, behind a proxy or with TLS of its own.
import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {request} from 'node:https'
import {join} from 'node:path'
import {EssenceError} from '@essence/core/kit/errors'
import {Secret} from '@essence/core/kit/secret'
import {describe, expect, it, onTestFinished} from 'vitest'
import {freePort} from '../../../test/kit/free-port.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, type StartOptions, startService} from './harness.ts'

const secret = 'a-secret-of-sixteen-letters'

/** A certificate that vouches for itself, for 127.0.0.1. */
const newCertificate = (folder: string): {cert: string; key: string} => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', ...made, ...names, '-keyout', key, '-out', cert], {stdio: 'ignore'})
  return {cert, key}
}

/** A call whose body does not end. @returns the status it gets all the same */
const callWithoutEnd = async (url: string, ca: Buffer): Promise<number> => {
  const sent = request(url, {method: 'POST', ca, headers: {'content-type': 'application/json', 'content-length': 1000}})
  onTestFinished(() => void sent.destroy())
  sent.write('{')
  const [response] = await once(sent, 'response')
  sent.on('error', () => {})
  return response.statusCode
}

/** A call that anybody may make. @returns the status */
const call = (url: string, ca: Buffer, headers: Record<string, string>, body = '{"update_id":1}'): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(
      url,
      {method: 'POST', ca, headers: {'content-type': 'application/json', ...headers}},
      response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

const start = async (options: StartOptions = {}) => {
  const port = await freePort()
  const tls = newCertificate(temporaryFolder())
  const url = `https://127.0.0.1:${port}/webhook`
  const webhook = {url, host: '127.0.0.1', port, path: '/webhook', secret: new Secret(secret), tls}
  const started = await startService({...options, settings: {webhook}})
  return {...started, url, ca: readFileSync(tls.cert)}
}

const openssl = '/usr/bin/openssl'

describe.skipIf(!existsSync(openssl))(
  `a webhook with its own TLS${existsSync(openssl) ? '' : ` (skipped: no ${openssl})`}`,
  () => {
    it('is set with its certificate, brings what people send, and is taken away in the end', async () => {
      const {peer, done, stop, url} = await start()
      expect(peer.state.webhookUrl).toBe(url)
      expect(peer.state.webhook.certificate).toBeDefined()
      await done(peer.userSends({from: ada, text: 'hello'}))
      await done(peer.userSends({from: ada, text: 'again'}))
      expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.', 'You said: again.'])
      expect(peer.callsOf('getUpdates')).toEqual([])
      await stop()
      expect(peer.state.webhookUrl).toBe('')
    })

    it('takes nothing without the secret, and nothing that is no update', async () => {
      const {peer, done, url, ca, requests, lines} = await start()
      const forged = JSON.stringify({
        update_id: 9,
        message: {message_id: 1, chat: {id: ada, type: 'private'}, from: {id: ada}, text: 'x'},
      })
      expect(await call(url, ca, {}, forged)).toBe(401)
      expect(await call(url, ca, {'x-telegram-bot-api-secret-token': `${secret}x`}, forged)).toBe(401)
      expect(await callWithoutEnd(url, ca)).toBe(401)
      expect(await call(url, ca, {}, '{"update_id":')).toBe(401)
      // One line for all of them: whoever calls often does not fill the log.
      const refused = 'a call of the webhook without its secret was refused'
      expect(lines.filter(({msg}) => msg === refused)).toMatchObject([{from: '127.0.0.1', calls: 1}])
      const good = {'x-telegram-bot-api-secret-token': secret}
      expect(await call(url, ca, good, '{"update_id":')).toBe(400)
      expect(await call(url, ca, good, '"text"')).toBe(200)
      expect(await call(url.replace('/webhook', '/other'), ca, good)).toBe(404)
      expect(await call(url, ca, good, `"${'x'.repeat(2_000_000)}"`)).toBe(413)
      await done(peer.userSends({from: ada, text: 'hello'}))
      expect(requests).toHaveLength(1)
    })

    it('acknowledges nothing that is not stored: it comes again, and is answered once', async () => {
      let failures = 2
      const {peer, done} = await start({
        keep: jobs => ({
          ...jobs,
          async receive(job) {
            if (failures-- > 0) throw new EssenceError('DISK_FULL', 'No space is left.')
            await jobs.receive(job)
          },
        }),
      })
      await done(peer.userSends({from: ada, text: 'hello'}))
      expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.'])
    })
  },
)

const nginx = '/usr/sbin/nginx'

describe.skipIf(!existsSync(nginx))(
  `a webhook behind nginx${existsSync(nginx) ? '' : ` (skipped: no ${nginx})`}`,
  () => {
    const openNginx = async () => {
      const folder = temporaryFolder()
      const [front, behind] = [await freePort(), await freePort()]
      const {cert, key} = newCertificate(folder)
      for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name))
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        name => `${name}_temp_path ${join(folder, name.replace('client_', ''))};`,
      )
      writeFileSync(
        join(folder, 'nginx.conf'),
        `daemon off; pid ${folder}/pid; error_log stderr; events {}
       http { access_log off; ${temporary.join(' ')}
         server { listen 127.0.0.1:${front} ssl; ssl_certificate ${cert}; ssl_certificate_key ${key};
           location /bot/ { proxy_pass http://127.0.0.1:${behind}/; } } }`,
      )
      const run = spawn(nginx, ['-c', join(folder, 'nginx.conf'), '-p', folder], {stdio: ['ignore', 'ignore', 'pipe']})
      onTestFinished(() => void run.kill('SIGTERM'))
      return {ca: readFileSync(cert), behind, url: `https://127.0.0.1:${front}/bot/webhook`}
    }

    it('brings what people send, refuses a wrong secret, and waits while the service is away', async () => {
      const {ca, behind, url} = await openNginx()
      const webhook = {url, host: '127.0.0.1', port: behind, path: '/webhook', secret: new Secret(secret)}
      const peer = await openPeer({authority: ca})
      const folder = temporaryFolder()
      const first = await startService({peer, folder, settings: {webhook}})
      expect(peer.state.webhook.certificate).toBeUndefined()
      await first.done(peer.userSends({from: ada, text: 'hello'}))
      expect(await call(url, ca, {'x-telegram-bot-api-secret-token': 'another-secret-of-letters'})).toBe(401)
      await first.stop()
      // As after a kill: Telegram still knows the address, and nobody answers there.
      peer.state.webhookUrl = url
      peer.state.webhook = {secret}
      const waits = peer.userSends({from: ada, text: 'waits'})
      await expect.poll(() => peer.state.webhook.error).toContain('502')
      const second = await startService({peer, folder, settings: {webhook}})
      await second.done(waits)
      expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.', 'You said: waits.'])
    })
  },
)
