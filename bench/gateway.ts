// The gateway over engines that answer at once: requests a second, idle WebSockets, a voice turn, a stream. [requests|sockets|turns|stream] [ROUNDS]
const parts = {
  requests: async (rounds = 5) => (await import('./gateway/requests.ts')).requests(rounds),
  sockets: async () => (await import('./gateway/sockets.ts')).sockets(),
  turns: async (rounds = 40) => (await import('./gateway/turns.ts')).turns(rounds),
  stream: async (rounds = 20) => (await import('./gateway/stream.ts')).stream(rounds),
}
const [part, rounds] = process.argv.slice(2)
for (const [name, measure] of Object.entries(parts)) {
  if (part === undefined || part === name) await measure(rounds === undefined ? undefined : Number(rounds))
}
