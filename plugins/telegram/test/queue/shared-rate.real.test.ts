// Workers of several machines that share nothing but NATS together send no more than Telegram takes.
import {openSends} from '@essence/core/channel/send-rate/open-sends'
import {Secret} from '@essence/core/kit/secret'
import {expect, it, onTestFinished} from 'vitest'
import {silent as log} from '../../../../test/channel/delivery/open-test-jobs.ts'
import {noNats, startNats} from '../../../../test/peers/nats-server.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {openBotApi} from '../../src/bot-api/bot-api.ts'
import {inAll} from '../../src/bot-api/send-limits.ts'
import {openPeer} from '../harness.ts'

it.skipIf(noNats)(
  `two workers over NATS, each with a folder of its own: no message is one too many${noNats}`,
  async () => {
    const [peer, nats] = [await openPeer(), await startNats()]
    onTestFinished(() => nats.stop())
    let recent: number[] = []
    let refusals = 0
    peer.setChaos(() => {
      const now = performance.now()
      recent = [...recent.filter(at => at > now - inAll.ms), now]
      if (recent.length <= inAll.count) return undefined
      refusals++
      return {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 1}
    })
    const requestTimeoutMs = 20_000
    const worker = async (first: number): Promise<void> => {
      const stores = {JUNE_DATA_DIR: temporaryFolder(), POSTGRES_URL: undefined, NATS_URL: nats.url}
      const sends = await openSends(stores, {channel: 'telegram:4711', longestMs: requestTimeoutMs, now: Date.now, log})
      onTestFinished(() => sends.close())
      const {api} = openBotApi({token: new Secret(peer.token), root: peer.root, requestTimeoutMs, sends: () => sends})
      for (let chat = first; chat < first + 60; chat++) peer.state.chats.add(chat)
      await Promise.allSettled(Array.from({length: 60}, (_, n) => api.sendMessage(first + n, 'the answer')))
    }
    await Promise.all([worker(1), worker(101)])
    expect(refusals).toBe(0)
    expect(peer.callsOf('sendMessage')).toHaveLength(120)
  },
)
