import {connect} from 'node:net'

/** Sends the head of a request, then a byte of its body every 20 ms until the server has enough of it; what the server said. */
export const trickle = async (address: string, head: string, body: Uint8Array): Promise<string> => {
  const {hostname, port} = new URL(address)
  const socket = connect(Number(port), hostname)
  let said = ''
  socket.on('data', data => {
    said += data.toString('latin1')
  })
  socket.on('error', () => {})
  const closed = new Promise(resolve => socket.once('close', resolve))
  socket.write(head)
  let at = 0
  const timer = setInterval(() => socket.write(body.subarray(at++ % body.length, (at % body.length) + 1)), 20)
  await closed
  clearInterval(timer)
  return said
}
