import {compare, median} from '../harness.ts'
import {openConnection, requestBytes} from './connection.ts'
import {type Server, startServer} from './protocol.ts'

const goal = 0.7
/** As many as wait without one being refused. */
const connections = 8

const routes = [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    body: {model: 'mock', messages: [{role: 'user', content: 'Where did you put the keys?'}]},
  },
  {method: 'POST', path: '/chat', body: {text: 'Where did you put the keys?', conversation_id: 'keys'}},
  {method: 'GET', path: '/status'},
] as const

interface Rate {
  perSecond: number
  perCpuSecond: number
}

/** Asks for some time, on several connections, each as soon as it has its answer. */
const rateOf = async (server: Server, request: Buffer, ms: number): Promise<Rate> => {
  const open = await Promise.all(Array.from({length: connections}, () => openConnection(server.address)))
  const before = await server.usage()
  const started = performance.now()
  let count = 0
  const ask = async ({ask}: (typeof open)[number]): Promise<void> => {
    while (performance.now() - started < ms) {
      const status = await ask(request)
      if (status !== 200) throw new Error(`answered ${status}`)
      count++
    }
  }
  await Promise.all(open.map(ask))
  const seconds = (performance.now() - started) / 1000
  const after = await server.usage()
  for (const {close} of open) close()
  return {perSecond: count / seconds, perCpuSecond: (count * 1000) / (after.cpuMs - before.cpuMs)}
}

/** Requests a second against a bare route with the same validation and the same answer, in turn. */
export const requests = async (rounds: number, ms = 1000): Promise<void> => {
  const gateway = await startServer({kind: 'gateway'})
  const bare = await startServer({kind: 'bare'})
  const host = new URL(gateway.address).host
  for (const route of routes) {
    const {method, path} = route
    const body = 'body' in route ? route.body : undefined
    const headers = {'content-type': 'application/json'}
    const sample = await fetch(gateway.address + path, {method, ...(body && {headers, body: JSON.stringify(body)})})
    const answer = await sample.text()
    await fetch(bare.address + path, {method: 'PUT', headers, body: answer})
    for (const who of ['local', 'token'] as const) {
      const token = who === 'token' ? gateway.token : undefined
      const request = requestBytes({method, path, body, token}, host)
      const ratios: Rate[] = []
      let last: {gateway: Rate; bare: Rate} | undefined
      // The first round warms up.
      for (let round = 0; round <= rounds; round++) {
        const order = round % 2 === 0 ? [gateway, bare] : [bare, gateway]
        const rates = new Map<Server, Rate>()
        for (const server of order) rates.set(server, await rateOf(server, request, ms))
        const [through, direct] = [rates.get(gateway), rates.get(bare)]
        if (round === 0 || !through || !direct) continue
        ratios.push({
          perSecond: through.perSecond / direct.perSecond,
          perCpuSecond: through.perCpuSecond / direct.perCpuSecond,
        })
        last = {gateway: through, bare: direct}
      }
      const cpu = ({perCpuSecond}: Rate): string => perCpuSecond.toFixed(0)
      console.log(
        `${method} ${path}, ${who}, ${answer.length} bytes: a CPU second answers ${cpu(last?.gateway ?? none)}; bare ${cpu(last?.bare ?? none)}`,
      )
      compare('  ratio of requests per CPU second', median(ratios.map(({perCpuSecond}) => perCpuSecond)), {
        atLeast: goal,
      })
      compare('  ratio of requests per second', median(ratios.map(({perSecond}) => perSecond)), {atLeast: goal})
    }
  }
  await Promise.all([gateway.close(), bare.close()])
}

const none: Rate = {perSecond: Number.NaN, perCpuSecond: Number.NaN}
