import {rm} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import {EssenceError, messageOf} from '../kit/errors.ts'
import type {Health} from './health.ts'

/**
 * Answers every request with the health of this process on a Unix socket: for the supervisor that started it, and wants to
 * hear of this process and no other, also where the service has no port. Nothing where no supervisor asked for it.
 * @throws CONFIG_INVALID
 */
export const serveHealth = async (
  health: Health,
  path = process.env['ESSENCE_HEALTH_SOCKET'],
): Promise<Server | undefined> => {
  if (!path) return undefined
  const server = createServer((_request, response) => {
    const report = health.report()
    const body = JSON.stringify(report)
    response.writeHead(report.ready ? 200 : 503, {'content-type': 'application/json', connection: 'close'}).end(body)
  })
  await rm(path, {force: true})
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  } catch (cause) {
    throw new EssenceError('CONFIG_INVALID', `Cannot tell health on the socket ${path}: ${messageOf(cause)}`, {
      suggestions: ['ESSENCE_HEALTH_SOCKET is for the supervisor of a deployed service; unset it otherwise.'],
      cause,
    })
  }
  // Answering is no reason to stay.
  server.unref()
  return server
}
