import type {OutgoingHttpHeaders} from 'node:http'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {reminderText} from '@essence/core/channel/reminders/reminder-text'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {DueReminder} from '@essence/core/tools/port'
import type {TextToSpeech} from '@essence/core/tts/port'
import {readAloud} from '@essence/core/voice/read-aloud'
import type {FastifyInstance, FastifyRequest} from 'fastify'
import {z} from 'zod'
import {bearerOf, originOf, speakerOf} from '../door/callers.ts'
import type {GatewayContext} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'
import type {ReminderDesk} from './reminder-desk.ts'
import {checked, readSessionOf} from './turn-request.ts'

const named = z.object({id: z.string().min(1).max(100)})

/**
 * `GET /api/reminders?session=…`: reminders as they become due, as server-sent events. `DELETE /api/reminders/<id>`: the page shows it;
 * until then it comes again, to this page or another.
 */
export const addReminderRoutes = (
  http: FastifyInstance,
  {desk, access, stallMs}: Pick<GatewayContext, 'access' | 'stallMs'> & {desk: ReminderDesk},
): void => {
  /** A stream stays open for longer than a token is good, or its person let in. */
  const isLetIn = async (request: FastifyRequest): Promise<boolean> => {
    const bearer = bearerOf(request)
    if (request.caller.via === 'local' || bearer === undefined) return true
    return access()
      .then(({authenticate}) => authenticate(bearer, originOf(request)))
      .then(
        ({permissions}) => permissions.has('conversations.read'),
        () => false,
      )
  }
  http.get('/api/reminders', {config: {access: 'conversations.read'}}, (request, reply) => {
    const session = readSessionOf(request.query, 'query')
    reply.hijack()
    const {raw} = reply
    reply.headers({'content-type': 'text/event-stream', 'cache-control': 'no-store'})
    raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders)
    // Sent at once: a browser takes the connection for open only then.
    raw.write(': open\n\n')
    // One that does not read gets no more: another page does.
    raw.setTimeout(stallMs, () => raw.writableNeedDrain && raw.destroy())
    const leave = desk.open({
      speaker: speakerOf(request.caller),
      session,
      async send(event) {
        // A client that is to show its token anew gets it then.
        if (await isLetIn(request)) raw.write(`event: reminder\ndata: ${JSON.stringify(event)}\n\n`)
        else raw.end()
      },
      end: () => raw.end(),
    })
    untilGone(raw).addEventListener('abort', leave)
  })
  http.delete('/api/reminders/:id', {config: {access: 'conversations.write'}}, (request, reply) => {
    const {id} = checked(named, request.params, 'path', {what: 'a reminder', suggestions: []})
    desk.taken(id, speakerOf(request.caller))
    return reply.code(204).send()
  })
}

/** What a page is told of a reminder: its words, and its sound where that can be made. */
export const reminderEvent = async (
  reminder: DueReminder,
  {tts, log, timeZone}: {tts: TextToSpeech | undefined; log: Log; timeZone: string | undefined},
): Promise<object> => {
  const {id, language, dueAt} = reminder
  const text = reminderText(reminder, Date.now(), timeZone)
  if (!tts) return {id, text, dueAt}
  try {
    const clip = await encodeToBytes(readAloud(tts, [text], {language}), 'wav')
    return {id, text, dueAt, mime: 'audio/wav', audio: Buffer.from(clip).toString('base64')}
  } catch (error) {
    log.error({why: messageOf(error)}, 'a reminder was not spoken; it is only shown')
    return {id, text, dueAt}
  }
}
