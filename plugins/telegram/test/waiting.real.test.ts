// An answer that waits for its place in the rate, and the process is killed: it has surely not gone out, and nobody is told otherwise.
import {openSends} from '@essence/core/channel/send-rate/open-sends'
import {wordsIn} from '@essence/core/channel/words/words'
import {expect, it, onTestFinished} from 'vitest'
import {silent as log} from '../../../test/channel/delivery/open-test-jobs.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {inAll, inChat} from '../src/bot-api/send-limits.ts'
import {startChild} from './child.ts'
import {ada, openPeer, spooled} from './harness.ts'

/** Another process of the bot, all of whose messages to a chat are on their way. @returns has them arrive */
const fill = async (dataDir: string, chat: number): Promise<() => Promise<void>> => {
  const settings = {JUNE_DATA_DIR: dataDir, POSTGRES_URL: undefined}
  const sends = await openSends(settings, {channel: 'telegram:4711', longestMs: 60_000, now: Date.now, log})
  onTestFinished(() => sends.close())
  const permits = await Promise.all(
    Array.from({length: 4}, () => sends.enter({...inChat('sendMessage', chat), all: inAll})),
  )
  return async () => {
    for (const permit of permits) if (permit.ok) await permit.end()
  }
}

it('kill -9 while an answer waits for its place: the next start sends it, once, and without a note', async () => {
  const [peer, dataDir] = [await openPeer(), temporaryFolder()]
  const arrive = await fill(dataDir, ada)
  const first = startChild(peer, dataDir)
  await first.says('"msg":"ready"')
  const id = String(peer.userSends({from: ada, text: 'hello'}))
  await expect.poll(() => spooled(dataDir), {timeout: 60_000}).toEqual({[id]: 'sending'})
  first.kill('SIGKILL')
  await first.ended
  expect(peer.callsOf('sendMessage')).toEqual([])
  await arrive()
  const second = startChild(peer, dataDir)
  await second.says(`"id":"${id}","outcome":`)
  const shown = peer.shownIn(ada).map(({text}) => text)
  expect(shown.filter(text => text === 'You said: hello')).toHaveLength(1)
  expect(shown).not.toContain(wordsIn('en')('interrupted'))
}, 120_000)
