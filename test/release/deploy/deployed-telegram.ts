// A real release of telegram, deployed, beside real speech services: it answers a voice message, and takes what was changed in
// its environment.
import {statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {type Engines, openEngines} from '@essence/core/engines/open'
import {thisHost} from '@essence/core/release/host/host'
import {hostRoot} from '@essence/core/release/host/layout'
import {hostHandlers} from '@essence/core/release/operations/handlers'
import {supervision} from '@essence/core/release/supervisor/supervision'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type BotApiPeer, openBotApiPeer} from '../../peers/bot-api.ts'
import {sshdMissing} from '../../peers/sshd.ts'
import {sttServer, ttsServer} from '../../rpc/serve.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleHostProgram} from '../host/fixture.ts'
import {makeSshFixture} from '../ssh/fixture.ts'

/** A person who writes to the bot. */
const ada = 815

/** @param tarball that of a telegram release, known when the tests run */
export const describeDeployedTelegram = (tarball: () => {path: string; sha256: string}): void => {
  describe('deployed', () => {
    const folder = temporaryFolder()
    const envFile = join(folder, 'telegram.env')
    const context = {onEvent: () => {}, signal: new AbortController().signal}
    let peer: BotApiPeer
    let handlers: ReturnType<typeof hostHandlers>
    let engines: Engines
    let stt: Awaited<ReturnType<typeof sttServer>>
    let tts: Awaited<ReturnType<typeof ttsServer>>

    const writeEnvironment = (more: Record<string, string | number>): void => {
      const values = {
        ...{STT_URL: stt.url, TTS_URL: tts.url},
        ...{JUNE_DATA_DIR: join(folder, 'data'), TELEGRAM_SERVICE_PORT: 0},
        ...{TELEGRAM_BOT_TOKEN: peer.token, TELEGRAM_API_ROOT: peer.root},
        ...more,
      }
      const lines = Object.entries(values).map(([name, value]) => `${name}='${value}'\n`)
      writeFileSync(envFile, lines.join(''), {mode: 0o600})
    }

    beforeAll(async () => {
      peer = await openBotApiPeer()
      const {settings} = await readConfig()
      engines = await openEngines({...settings, STT_THREADS: 1}, {check: false})
      stt = await sttServer(engines.stt)
      tts = await ttsServer(engines.tts)
      const program = await bundleHostProgram(folder)
      handlers = hostHandlers(thisHost({root: hostRoot(join(folder, 'june')), supervision, program}))
    })
    afterAll(async () => {
      await handlers.stop({service: 'telegram', drainMs: 2000}, context).catch(() => {})
      await Promise.all([peer.close(), stt.close(), tts.close()])
      await engines.close()
    })

    const input = {service: 'telegram', settleMs: 20}
    const told = {keep: 3, systemd: false, lockWaitMs: 0}

    /** Asks for the time by voice; gives the caption of the voice message that comes back. */
    const askTheTime = async (): Promise<string | undefined> => {
      const before = voicesShown().length
      const question = await encodeToBytes(engines.tts.synthesize('what time is it'), 'ogg')
      peer.userSends({from: ada, voice: {bytes: question, duration: 2}})
      await peer.until(() => voicesShown().length > before)
      return voicesShown().at(-1)?.caption
    }
    const voicesShown = () => peer.shownIn(ada).filter(({voice}) => voice?.subarray(0, 4).toString() === 'OggS')
    const theTime = /^“what time is it”\n\nIt is \d+:\d\d [AP]M\.$/

    it('it serves; a change of its environment takes effect by a restart; a voice message is answered by one', async () => {
      writeEnvironment({})
      const {path, sha256} = tarball()
      const {build} = await handlers.deploy({...input, ...told, tarball: path, sha256, envFile}, context)
      const [status] = await handlers.status({service: 'telegram'}, context)
      expect(status?.running).toMatchObject({state: 'ready', build})

      peer.userSends({from: ada, text: 'hello'})
      await peer.until(() => peer.shownIn(ada).some(({text}) => text?.includes('essence access approve')))
      writeEnvironment({TELEGRAM_AUTHORIZED_USERS: ada})
      expect(await handlers.restart({service: 'telegram', settleMs: 20}, context)).toMatchObject({build})
      expect(await askTheTime()).toMatch(theTime)
    }, 120_000)

    it.skipIf(sshdMissing)(
      `on a host behind sshd it does so, too${sshdMissing ? ` (skipped: ${sshdMissing})` : ''}`,
      async () => {
        await handlers.stop({service: 'telegram', drainMs: 5000}, context)
        writeEnvironment({TELEGRAM_AUTHORIZED_USERS: ada})
        const ssh = await makeSshFixture()
        const session = await ssh.open(ssh.sshd, {root: join(folder, 'there')})
        try {
          const {path, sha256} = tarball()
          const upload = {path, sha256, service: 'telegram', size: statSync(path).size}
          const there = await session.upload(upload, {onProgress: () => {}})
          const deployed = await session.perform(
            'deploy',
            {...input, ...told, tarball: there, sha256, envFile},
            context,
          )
          expect(await session.perform('status', {service: 'telegram'})).toMatchObject([
            {current: deployed.build, running: {state: 'ready', build: deployed.build}},
          ])
          expect(await askTheTime()).toMatch(theTime)
          expect(await session.perform('stop', {service: 'telegram', drainMs: 5000})).toEqual({stopped: true})
        } finally {
          await session.perform('stop', {service: 'telegram', drainMs: 1000}).catch(() => {})
          await session.close()
          await ssh.close()
        }
      },
      120_000,
    )
  })
}
