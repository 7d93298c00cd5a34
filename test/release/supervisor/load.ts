import {Agent, request} from 'node:http'

export interface Load {
  /** Answers by their text. */
  answers: Map<string, number>
  failures: string[]
  stop(): Promise<void>
}

interface Asked {
  port: number
  agent: Agent | false
  path: string
  method: string
}

/** One request as it is: nothing is tried again. */
const ask = ({port, agent, path, method}: Asked): Promise<{status: number; text: string}> =>
  new Promise((resolve, reject) => {
    const body = method === 'POST' ? JSON.stringify({text: 'x'.repeat(2000)}) : undefined
    const headers = body ? {'content-type': 'application/json', 'content-length': body.length} : {}
    const asked = request({host: '127.0.0.1', port, agent, path, method, headers}, answer => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', part => {
        text += part
      })
      answer.on('end', () => resolve({status: answer.statusCode ?? 0, text}))
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })

/** Asks without pause, on connections kept open and on fresh ones, until it is stopped. */
export const startLoad = (port: number): Load => {
  const answers = new Map<string, number>()
  const failures: string[] = []
  const kept = new Agent({keepAlive: true, maxSockets: 4})
  let going = true
  const client = async (asked: Asked): Promise<void> => {
    while (going) {
      try {
        const {status, text} = await ask(asked)
        if (status !== 200) failures.push(`${asked.method} ${asked.path}: ${status} ${text}`)
        const build = text.startsWith('{') ? (JSON.parse(text) as {build: string}).build : text
        answers.set(build, (answers.get(build) ?? 0) + 1)
      } catch (error) {
        failures.push(`${asked.method} ${asked.path} ${asked.agent ? 'kept' : 'fresh'}: ${error}`)
      }
      // Idle for a moment, which is when a kept connection can be closed under a client.
      await new Promise(resolve => setTimeout(resolve, 3))
    }
  }
  const clients = [kept, kept, false as const, false as const].flatMap(agent => [
    client({port, agent, path: '/', method: 'GET'}),
    client({port, agent, path: '/health', method: 'GET'}),
    client({port, agent, path: '/slow', method: 'POST'}),
  ])
  return {
    answers,
    failures,
    async stop() {
      going = false
      await Promise.all(clients)
      kept.destroy()
    },
  }
}
