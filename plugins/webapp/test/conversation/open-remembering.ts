import {openMemory} from '@essence/core/memory/memory'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {freePort} from '../../../../test/kit/free-port.ts'
import {embedded} from '../../../gateway/test/people/open-accounts.ts'
import {openRealtime, realtimeEngines} from '../../../gateway/test/realtime/open-realtime.ts'

/** How the mind knows the person at this machine. */
export const me = 'web:local'

/**
 * A gateway that remembers for real, in an embedded database, and answers with what it has in mind: how much was said before.
 * @param beforeAnswer is awaited before each answer
 */
export const openRemembering = async (beforeAnswer = async (): Promise<void> => {}) => {
  const {store} = await embedded.create()
  const clock = {now: Date.now()}
  const memory = openMemory({store, now: () => new Date(clock.now)})
  const script: Parameters<typeof realtimeEngines>[0] = {
    mind: {...scriptedMind().mind, memory},
    async *answer({speaker, session, text: user}) {
      await beforeAnswer()
      const conversation = await memory.open({speaker, session, channel: 'web'})
      const before = await conversation.fitted(async () => true)
      const assistant = `You said ${before.filter(({role}) => role === 'user').length} things before.`
      yield assistant
      await conversation.add({user, assistant})
    },
  }
  const port = await freePort()
  let gateway = await openRealtime(realtimeEngines(script), {port})
  /** Something was said so many minutes ago, in a session. */
  const said = async (session: string, minutesAgo: number, user: string): Promise<void> => {
    clock.now = Date.now() - minutesAgo * 60_000
    const conversation = await memory.open({speaker: me, session: `web:${session}`, channel: 'web'})
    await conversation.add({user, assistant: `I heard: ${user}`})
    clock.now = Date.now()
  }
  return {
    address: gateway.address,
    memory,
    /** Of what she remembers. */
    clock,
    said,
    close: () => gateway.service.close(),
    /** After `close`, at the same address. @param laterMs that her clock is ahead by then */
    async reopen(laterMs = 0) {
      clock.now += laterMs
      gateway = await openRealtime(realtimeEngines(script), {port})
    },
    async [Symbol.asyncDispose]() {
      await gateway.service.close()
      await memory.close()
      await store.close()
    },
  }
}
