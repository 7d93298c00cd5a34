import {type DueRemindersOptions, dueReminders} from '@essence/core/cli/talk/due-reminders'
import {Channel} from '@essence/core/kit/flow/channel'
import type {DueReminder} from '@essence/core/tools/port'
import {expect, it, vi} from 'vitest'

const reminder = (id: string): DueReminder => ({
  ...{id, text: `Reminder ${id}.`, speaker: 'cli', session: 'chat', channel: 'cli'},
  dueAt: new Date(0),
})

const watched = (options: Partial<DueRemindersOptions> = {}, failure?: Error) => {
  const shown: string[] = []
  const delivered: string[] = []
  const asked: string[] = []
  const coming = new Channel<DueReminder>(10)
  const reminders = {
    async *due(name: string, signal: AbortSignal) {
      asked.push(name)
      signal.addEventListener('abort', () => coming.end())
      if (failure) throw failure
      yield* coming
    },
    delivered: async (id: string) => void delivered.push(id),
  }
  const due = dueReminders(reminders, 'cli', {show: text => shown.push(text), onProblem: () => {}, ...options})
  return {due, coming, shown, delivered, asked}
}

it('shows what is due on its channel, and says that it has', async () => {
  const {due, coming, shown, delivered, asked} = watched()
  coming.push(reminder('a'))
  await vi.waitFor(() => expect(delivered).toEqual(['a']))
  expect([shown, asked]).toEqual([['Reminder a.'], ['cli']])
  await due.close()
})

it('waits for the end of an answer', async () => {
  const {due, coming, shown} = watched()
  due.hold()
  coming.push(reminder('a'))
  await new Promise(setImmediate)
  expect(shown).toEqual([])
  due.resume()
  await vi.waitFor(() => expect(shown).toEqual(['Reminder a.']))
  await due.close()
})

it('leaves one for later that came in the middle of the last answer', async () => {
  const {due, coming, shown, delivered} = watched()
  due.hold()
  coming.push(reminder('a'))
  await new Promise(setImmediate)
  await due.close()
  expect([shown, delivered]).toEqual([[], []])
})

it('tells once that none can come', async () => {
  const problems: unknown[] = []
  const {due} = watched({onProblem: error => problems.push(error)}, new Error('gone'))
  await vi.waitFor(() => expect(problems).toHaveLength(1))
  await due.close()
})
