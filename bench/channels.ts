// 100 chats of a bot at once: order, what delivery adds to a turn, memory over many turns: `npm run bench -- channels [TURNS] [PER_SECOND] [nats]` (1000, 10).
// Each turn waits for the disk three times: set TMPDIR to a file system in memory to see what is not the disk's.
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {fsyncSync, openSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {isMessage} from '../plugins/telegram/src/bot-api/send-limits.ts'
import {openBotApiPeer} from '../test/peers/bot-api.ts'
import {startNats} from '../test/peers/nats-server.ts'
import {benchFolder, compare, median, quantile} from './harness.ts'

const turns = Number(process.argv[2] ?? 1000)
const perSecond = Number(process.argv[3] ?? 10)
const nats = process.argv[4] === 'nats' ? await startNats() : undefined
/** What a turn takes by itself, in ms. */
const turnMs = 30
/** From this turn on memory may not grow. */
const warm = Math.min(500, turns / 2)
const chats = Array.from({length: 100}, (_, n) => 1000 + n)

const folder = benchFolder()

/** ms that writes to the folder's disk take. */
const syncs = (): number[] => {
  const file = openSync(join(folder, 'sync'), 'w')
  return Array.from({length: 50}, () => {
    const began = performance.now()
    writeSync(file, 'x'.repeat(4096))
    fsyncSync(file)
    return performance.now() - began
  })
}

const peer = await openBotApiPeer()
/** Moments of the last messages, for what Telegram would refuse. */
let recent: number[] = []
let refused = 0
peer.setChaos(method => {
  if (!isMessage(method)) return undefined
  const now = Date.now()
  recent = [...recent.filter(at => at > now - 1000), now]
  if (recent.length <= 30) return undefined
  refused++
  return {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 1}
})

const child = fork(join(import.meta.dirname, 'channels/service.ts'), {
  execArgv: [
    '--conditions=essence-source',
    '--expose-gc',
    ...(process.env['PROFILE'] ? ['--cpu-prof', `--cpu-prof-dir=${process.env['PROFILE']}`] : []),
  ],
  env: {
    ...{PATH: process.env['PATH'], TOKEN: peer.token, ROOT: peer.root, FOLDER: folder},
    ...{USERS: chats.join(','), TURN_MS: String(turnMs), ...(nats ? {NATS: nats.url.reveal()} : {})},
  },
})
/** Memory after a collection, and CPU time so far but that of such collections. */
const usage = async (): Promise<{rss: number; heapUsed: number; cpuMs: number}> => {
  for (;;) {
    child.send('usage')
    const [message] = await once(child, 'message')
    if (message.usage) return message.usage
  }
}
await peer.until(() => peer.callsOf('getUpdates').length > 1)

const sentAt = new Map<string, number>()
const answersOf = (chat: number): string[] =>
  peer.shownIn(chat).flatMap(({text}) => /You said: (c\d+ m\d+)\./.exec(text ?? '')?.[1] ?? [])
let asked = 0
const ask = (chat: number, n: number): void => {
  const text = `c${chat} m${n}`
  sentAt.set(text, Date.now())
  peer.userSends({from: chat, text})
  asked++
}
const answered = (): number => chats.reduce((all, chat) => all + answersOf(chat).length, 0)
const overheads = (): number[] =>
  peer.callsOf('sendMessage').flatMap(({payload, at}) => {
    const text = /You said: (c\d+ m\d+)\./.exec(String((payload as {text?: string}).text))?.[1] ?? ''
    const began = sentAt.get(text)
    return began === undefined ? [] : [at - began - turnMs]
  })

// All at the same moment, three messages each: as many as Telegram takes a second.
for (const n of [0, 1, 2]) for (const chat of chats) ask(chat, n)
while (answered() < asked) await pause(100)
const burst = overheads()
console.log(
  `100 chats with three messages each, all at once: the last answer after ${(quantile(burst, 1) / 1000).toFixed(1)} s (30 a second may go out), the median after ${(median(burst) / 1000).toFixed(1)} s`,
)
compare('answers a second', burst.length / (quantile(burst, 1) / 1000), {atLeast: 25, digits: 1})
const firsts = chats.map(chat => overheads()[0] !== undefined && answersOf(chat).length)
compare('chats with all their answers', firsts.filter(count => count === 3).length, {atLeast: 100, digits: 0})

// One after the other in each chat, fewer in all than Telegram takes, so that what is measured is delivery.
await pause(2000)
const before = overheads().length
const used = (await usage()).cpuMs
const began = performance.now()
const samples: ({turn: number} & Awaited<ReturnType<typeof usage>>)[] = []
for (let turn = 0; turn < turns; turn++) {
  ask(chats[turn % chats.length] ?? 0, 3 + Math.floor(turn / chats.length))
  if (turn >= warm && turn % Math.max(50, Math.floor(turns / 12)) === 0) samples.push({turn, ...(await usage())})
  await pause(Math.max(0, began + (turn + 1) * (1000 / perSecond) - performance.now()))
}
for (const until = Date.now() + 60_000; answered() < asked && Date.now() < until; ) await pause(100)
samples.push({turn: turns, ...(await usage())})
const cpuMs = ((samples.at(-1)?.cpuMs ?? 0) - used) / turns
const steady = overheads().slice(before)
const wrong = chats.filter(chat => answersOf(chat).some((text, n) => text !== `c${chat} m${n}`))
console.log(`${turns} turns of 100 chats${nats ? ' over NATS' : ''}, ${perSecond} a second, each of ${turnMs} ms`)
compare('answers missing', asked - answered(), {atMost: 0, digits: 0})
compare('chats whose answers are out of order or doubled', wrong.length, {atMost: 0, digits: 0})
compare('messages refused for being too many', refused, {atMost: 0, digits: 0})
console.log(`delivery adds to a turn: median ${median(steady).toFixed(0)} ms`)
compare('  95 % within', quantile(steady, 0.95), {atMost: 50, unit: 'ms', digits: 0})
console.log(`CPU time of the service: ${cpuMs.toFixed(1)} ms a turn`)
const third = Math.max(1, Math.floor(samples.length / 3))
for (const what of ['rss', 'heapUsed'] as const) {
  const mb = (part: typeof samples): number => median(part.map(sample => sample[what])) / 1e6
  const [first, last] = [mb(samples.slice(0, third)), mb(samples.slice(-third))]
  console.log(
    `${what}: ${first.toFixed(1)} MB from turn ${warm} on, ${last.toFixed(1)} MB at the end, after a collection`,
  )
  compare('  growth', last / first, {atMost: 1.1, digits: 3})
}
console.log(`the disk takes ${median(syncs()).toFixed(1)} ms for a write that is to stay, in the median`)
child.kill('SIGTERM')
await once(child, 'exit')
await nats?.stop()
await peer.close()
