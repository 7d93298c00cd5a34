import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {lengthText} from '../../text/length-text.ts'
import type {Reminder, Reminders} from '../port.ts'
import {defineTool, type Tool} from '../tool.ts'
import {wordingFor} from '../wording.ts'
import {byShortId, shortId} from './short-id.ts'
import {momentIn} from './when.ts'
import {spelledTime} from './zoned-time.ts'

export interface ReminderToolsOptions {
  reminders: Pick<Reminders, 'set' | 'list' | 'cancel'>
  timeZone: string
  now: () => Date
}

const maxTimerSeconds = 7 * 86_400
const maxText = 1000

export const reminderTools = ({reminders, timeZone, now}: ReminderToolsOptions): Tool[] => [
  defineTool({
    name: 'set_timer',
    description: 'Sets a timer. The person hears of it when it is over.',
    input: z.strictObject({
      seconds: z.number().min(1).max(maxTimerSeconds).describe('How long it runs'),
      label: z.string().max(maxText).optional().describe('What it is for, in the words of the person'),
    }),
    effect: 'own',
    async run({seconds, label}, {speaker, session, channel, language}) {
      const dueAt = new Date(now().getTime() + seconds * 1000)
      const text = wordingFor(language).timerOver(lengthText(seconds, language ?? 'en'), label)
      const {id} = await reminders.set({speaker, session, channel, kind: 'timer', text, language, dueAt})
      return `The timer ${shortId(id)} is set: ${lengthText(seconds, 'en')}, until ${spelledTime(timeZone, dueAt)}.`
    },
  }),
  defineTool({
    name: 'set_reminder',
    description: 'Reminds the person of something at a time.',
    input: z.strictObject({
      when: z.string().min(1).max(200).describe('As the person said it: "tomorrow at 8"; or 2030-12-31T08:00'),
      text: z.string().min(1).max(maxText).describe('What of, in the words of the person'),
    }),
    effect: 'own',
    async run({when, text: of}, {speaker, session, channel, language}) {
      const dueAt = await momentIn(when, {language, timeZone, now: now()})
      const text = wordingFor(language).reminder(of)
      const {id} = await reminders.set({speaker, session, channel, kind: 'reminder', text, language, dueAt})
      return `The reminder ${shortId(id)} is set for ${spelledTime(timeZone, dueAt)}.`
    },
  }),
  defineTool({
    name: 'list_reminders',
    description: 'Lists the timers and reminders of the person that are still to come.',
    input: z.strictObject({}),
    effect: 'none',
    async run(_, {speaker}) {
      const all = await reminders.list(speaker)
      return all.length === 0 ? 'There are none.' : all.map(one => reminderLine(one, timeZone)).join('\n')
    },
  }),
  defineTool({
    name: 'cancel_reminder',
    description: 'Cancels a timer or a reminder.',
    input: z.strictObject({id: z.string().describe('As list_reminders gives it')}),
    effect: 'own',
    async run({id}, {speaker}) {
      const one = byShortId(id, await reminders.list(speaker))
      if (!one || !(await reminders.cancel(speaker, one.id)))
        throw new EssenceError('USAGE', `There is no timer or reminder ${id.slice(0, 40)}.`, {
          suggestions: ['See list_reminders.'],
        })
      return `It is cancelled: ${one.text}`
    },
  }),
]

const reminderLine = ({id, kind, text, dueAt}: Reminder, timeZone: string): string =>
  `${shortId(id)}: ${kind} for ${spelledTime(timeZone, dueAt)}: ${text}`
