import type {Reminder} from '@essence/core/tools/port'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {speakerOf} from '../door/callers.ts'
import type {AddRoutes} from '../door/context.ts'
import {mindOf} from './mind.ts'

const ofReminder = z.object({id: z.string().min(1).max(100)})
const reminderSchema = z.object({
  id: z.string(),
  kind: z.enum(['timer', 'reminder']),
  text: z.string(),
  due_at: z.iso.datetime(),
  /** Where it comes: `web`, `telegram`. */
  channel: z.string(),
})

/** What the caller is to be reminded of, and has not been yet. */
export const addPendingReminderRoutes: AddRoutes = (door, context) => {
  const http = door.withTypeProvider<ZodTypeProvider>()
  const tags = ['reminders']
  http.get(
    '/api/reminders/pending',
    {
      config: {access: 'conversations.read'},
      schema: {
        tags,
        summary: 'Reminders and timers to come, soonest first.',
        response: {200: z.object({reminders: z.array(reminderSchema)})},
      },
    },
    async ({caller}, reply) => {
      const {reminders} = await mindOf(context, reply)
      const pending = await reminders.list(speakerOf(caller))
      return reply.header('cache-control', 'no-store').send({reminders: pending.map(reminderToWire)})
    },
  )
  http.delete(
    '/api/reminders/pending/:id',
    {
      config: {access: 'conversations.write'},
      schema: {
        tags,
        summary: 'Cancel a reminder; 204 also where there is none.',
        params: ofReminder,
        response: {204: z.undefined()},
      },
    },
    async ({caller, params}, reply) => {
      const {reminders} = await mindOf(context, reply)
      await reminders.cancel(speakerOf(caller), params.id)
      return reply.code(204).send()
    },
  )
}

const reminderToWire = ({id, kind, text, dueAt, channel}: Reminder): z.infer<typeof reminderSchema> => ({
  ...{id, kind, text, channel},
  due_at: dueAt.toISOString(),
})
