import type {DueReminder} from '@essence/core/tools/port'
import {describe, expect, it} from 'vitest'
import {openReminderDesk} from '../src/page/reminder-desk.ts'

const reminder = (id: string, session = 'web:a'): DueReminder => ({
  ...{id, session, channel: 'web', speaker: 'web:local'},
  ...{text: `Reminder ${id}.`, dueAt: new Date()},
})

const open = () => {
  const desk = openReminderDesk(async ({id}) => ({id}))
  const stop = new AbortController()
  const page = (session: string, speaker = 'web:local') => {
    const got: object[] = []
    return {got, leave: desk.open({speaker, session, send: event => void got.push(event), end: () => {}})}
  }
  const taken: string[] = []
  const deliver = (one: DueReminder) =>
    desk.deliver(one, stop.signal).then(
      () => void taken.push(one.id),
      error => void taken.push(error.code),
    )
  return {desk, page, deliver, taken, stop}
}
const settled = () => new Promise(resolve => setImmediate(resolve))

describe('a reminder', () => {
  it('goes to a page of its conversation, or else to the one opened last', async () => {
    const {page, deliver} = open()
    const [a, b, c] = [page('web:a'), page('web:b'), page('web:c')]
    void deliver(reminder('1', 'web:a'))
    void deliver(reminder('2', 'web:gone'))
    await settled()
    expect([a.got, b.got, c.got]).toEqual([[{id: '1'}], [], [{id: '2'}]])
  })

  it('never goes to a page of another person', async () => {
    const {page, deliver} = open()
    const other = page('web:a', 'user:other')
    void deliver(reminder('1', 'web:a'))
    await settled()
    expect(other.got).toEqual([])
  })

  it('waits for a page, and is delivered once one says that it shows it', async () => {
    const {desk, page, deliver, taken} = open()
    void deliver(reminder('1'))
    await settled()
    const {got} = page('web:a')
    await settled()
    expect([got, taken]).toEqual([[{id: '1'}], []])
    desk.taken('unknown', 'web:local')
    desk.taken('1', 'user:other')
    desk.taken('1', 'web:local')
    await settled()
    expect(taken).toEqual(['1'])
    expect(page('web:a').got).toEqual([])
  })

  it('goes to another page where the first closed without showing it', async () => {
    const {page, deliver, taken} = open()
    const [a, b] = [page('web:a'), page('web:b')]
    void deliver(reminder('1'))
    await settled()
    a.leave()
    await settled()
    expect([a.got, b.got, taken]).toEqual([[{id: '1'}], [{id: '1'}], []])
  })

  it('is given up when the service stops', async () => {
    const {deliver, taken, stop} = open()
    void deliver(reminder('1'))
    stop.abort()
    void deliver(reminder('2'))
    await settled()
    expect(taken).toEqual(['CANCELLED', 'CANCELLED'])
  })
})
