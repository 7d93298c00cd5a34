// The gateway over mocks: requests a second, idle WebSockets, a voice turn, a stream: `npm run bench -- gateway [requests|sockets|turns|stream] [ROUNDS]`.
const parts = {
  requests: async (rounds?: number) => (await import('./gateway/requests.ts')).requests(rounds ?? 5),
}
const [part, rounds] = process.argv.slice(2)
for (const [name, measure] of Object.entries(parts)) {
  if (part === undefined || part === name) await measure(rounds === undefined ? undefined : Number(rounds))
}
