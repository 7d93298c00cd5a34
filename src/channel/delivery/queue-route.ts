import {messageOf} from '../../kit/errors.ts'
import {redact} from '../../kit/secret.ts'
import type {openHttp} from '../../service/http.ts'
import type {Jobs, QueueStatus} from './job.ts'

/**
 * `GET /queue/status`: how much waits to be answered.
 * @param channel `telegram:4711`
 * @param jobs nothing while the service starts
 */
export const addQueueRoute = (
  http: ReturnType<typeof openHttp>,
  channel: string,
  jobs: () => Pick<Jobs<unknown, unknown>, 'count' | 'status'> | undefined,
): void => {
  http.get('/queue/status', async (_request, reply) => {
    const opened = jobs()
    if (!opened) return reply.code(500).send({error: 'Still starting.'})
    try {
      return (await opened.status?.()) ?? (await counted(channel, opened))
    } catch (error) {
      return reply.code(500).send({error: redact(messageOf(error))})
    }
  })
}

const counted = async (subject: string, jobs: Pick<Jobs<unknown, unknown>, 'count'>): Promise<QueueStatus> => {
  const {waiting: pending, working: delivered} = await jobs.count()
  return {
    ...{stream_name: 'jobs', subject, messages: pending + delivered, bytes: 0, first_seq: 0, last_seq: 0},
    ...{consumer_count: 1, consumer: {pending, delivered}},
  }
}
