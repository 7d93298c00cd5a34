import {randomInt} from 'node:crypto'
import {once} from 'node:events'
import {createServer} from 'node:net'

/**
 * A port of this machine on which nothing listens. It is none of those that connections take by themselves (from 32768 on
 * Linux, from 49152 elsewhere): one of them, from tests at work beside, could have it before whoever asked.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(20_000, 32_768)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
