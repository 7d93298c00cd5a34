import {openMemory} from '@essence/core/memory/memory'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {embedded} from '../../../gateway/test/people/open-accounts.ts'
import {openRealtime, realtimeEngines} from '../../../gateway/test/realtime/open-realtime.ts'

/** How the mind knows the person at this machine. */
export const me = 'web:local'

/** A gateway that remembers for real, in an embedded database, and answers with what it has in mind: how much was said before. */
export const openRemembering = async () => {
  const {store} = await embedded.create()
  const clock = {now: Date.now()}
  const memory = openMemory({store, now: () => new Date(clock.now)})
  const engines = realtimeEngines({
    mind: {...scriptedMind().mind, memory},
    async *answer({speaker, session, text: user}) {
      const conversation = await memory.open({speaker, session, channel: 'web'})
      const before = await conversation.fitted(async () => true)
      const assistant = `You said ${before.filter(({role}) => role === 'user').length} things before.`
      yield assistant
      await conversation.add({user, assistant})
    },
  })
  const gateway = await openRealtime(engines)
  /** Something was said so many minutes ago, in a session. */
  const said = async (session: string, minutesAgo: number, user: string): Promise<void> => {
    clock.now = Date.now() - minutesAgo * 60_000
    const conversation = await memory.open({speaker: me, session: `web:${session}`, channel: 'web'})
    await conversation.add({user, assistant: `I heard: ${user}`})
    clock.now = Date.now()
  }
  return {
    ...gateway,
    memory,
    said,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await memory.close()
      await store.close()
    },
  }
}
