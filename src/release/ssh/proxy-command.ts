import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {Duplex, type Readable} from 'node:stream'

/** A way to the host other than a TCP connection of our own. */
export interface Way {
  sock: Readable
  end(): Promise<void>
  /** What the way itself said when it failed. */
  complaint?(): string
}

/** Starts the `ProxyCommand` of a host, as ssh does; its standard input and output lead there. */
export const openProxy = (command: string): Way => {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {stdio: ['pipe', 'pipe', 'pipe']})
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-500)
  })
  child.stdin.on('error', () => {})
  const sock = new Duplex({
    read: () => void child.stdout.resume(),
    // A command that reads no more is about to end, and its end tells why: a broken pipe would only hide what it says.
    write: (chunk, _, done) => void child.stdin.write(chunk, () => done()),
    final: done => void child.stdin.end(done),
    destroy: (error, done) => {
      child.kill()
      done(error)
    },
  })
  child.stdout.on('data', chunk => {
    if (!sock.push(chunk)) child.stdout.pause()
  })
  const ended = once(child, 'close').then(
    () => sock.destroy(),
    () => sock.destroy(),
  )
  return {
    sock,
    complaint: () => said.trim(),
    end: async () => {
      sock.destroy()
      await ended
    },
  }
}
