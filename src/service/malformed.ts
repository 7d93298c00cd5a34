import type {Socket} from 'node:net'

/** Status and words for what Node.js could not read as a request; 400 for the rest. */
const faults: Record<string, [status: string, message: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The head of the request is larger than 16 KiB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'The chunks of the body say more than they carry.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not come to its end in time.'],
}

/**
 * Answers bytes that are no request as other failures are answered, and ends the connection.
 * @param answering the connection is in the middle of an answer, into which nothing may be written
 */
export const refuseMalformed = (
  {code = ''}: {code?: string},
  socket: Socket,
  {body, answering}: {body: (message: string) => object; answering: boolean},
): void => {
  if (code === 'ECONNRESET' || answering || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, message] = faults[code] ?? ['400 Bad Request', 'This is no request of HTTP.']
  const text = JSON.stringify(body(message))
  const head = [`HTTP/1.1 ${status}`, 'connection: close', 'content-type: application/json; charset=utf-8']
  socket.end(`${[...head, `content-length: ${Buffer.byteLength(text)}`].join('\r\n')}\r\n\r\n${text}`)
  // What else comes is read away for a moment: a connection that is cut at once takes the answer with it.
  setTimeout(() => socket.destroy(), 1000).unref()
}
