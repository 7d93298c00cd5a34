import {request} from 'node:http'
import * as z from 'zod'

/** Of `HealthReport` what a supervisor goes by; the rest is handed on as it is. */
const healthSchema = z.looseObject({
  status: z.string(),
  ready: z.boolean(),
  build: z.string().optional(),
  checks: z.record(z.string(), z.looseObject({status: z.string(), detail: z.string().optional()})).default({}),
})
export type HeardHealth = z.infer<typeof healthSchema>

/** A report is a few hundred bytes. */
const maxReportLength = 256 * 1024

/**
 * Asks a service how it is, over its own socket: no other process can answer there.
 * @returns `undefined` when it does not answer, or not with a report
 */
export const askHealth = (socketPath: string, timeoutMs = 2000): Promise<HeardHealth | undefined> =>
  new Promise(resolve => {
    const give = (): void => resolve(undefined)
    const asked = request(
      {socketPath, path: '/health', agent: false, signal: AbortSignal.timeout(timeoutMs)},
      answer => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          text += part
          if (text.length > maxReportLength) answer.destroy()
        })
        answer.on('end', () => resolve(parse(text)))
        answer.on('close', give)
      },
    )
    asked.on('error', give)
    asked.end()
  })

const parse = (text: string): HeardHealth | undefined => {
  try {
    return healthSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** What a report says that is not well: `tts unhealthy (no voice), starting`. */
export const healthText = (health: HeardHealth | undefined): string => {
  if (!health) return 'it answered no question for its health'
  const bad = Object.entries(health.checks)
    .filter(([, {status}]) => status !== 'healthy')
    .map(([part, {status, detail}]) => `${part} ${status}${detail ? ` (${detail})` : ''}`)
  return [`its health was "${health.status}"`, ...bad].join(', ')
}
