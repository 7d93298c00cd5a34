// What channels say themselves in the person's language.
import {decisionLabels} from '@essence/core/channel/decision-labels'
import {reminderText} from '@essence/core/channel/reminders/reminder-text'
import {describe, expect, it} from 'vitest'

describe('a reminder', () => {
  const dueAt = new Date('2026-11-29T13:05:00Z')
  const text = 'Tea.'
  const minutes = (count: number) => dueAt.getTime() + count * 60_000

  it('in time says what it is about', () => {
    expect(reminderText({text, language: 'de', dueAt}, minutes(0.9))).toBe('Tea.')
  })

  it.each([
    ['en', 'This was due: 2:05 PM. Tea.'],
    ['de-AT', 'Das war fällig: 14:05. Tea.'],
    ['fr', 'C’était prévu : 14:05. Tea.'],
    ['es', 'Estaba previsto: 14:05. Tea.'],
    ['nl', 'Dit was gepland: 14:05. Tea.'],
    ['sw', 'This was due: 2:05 PM. Tea.'],
    [undefined, 'This was due: 2:05 PM. Tea.'],
  ])('that comes late also says when it was due, in %s', (language, said) => {
    const late = reminderText({text, language, dueAt}, minutes(5), 'Europe/Berlin')
    expect(late.replaceAll('\u202f', ' ')).toBe(said)
  })

  it('of another day says which', () => {
    expect(reminderText({text, language: 'de', dueAt}, minutes(24 * 60), 'Europe/Berlin')).toBe(
      'Das war fällig: 29. November um 14:05. Tea.',
    )
  })
})

describe('the buttons below a question', () => {
  it.each([
    ['Soll ich die Nachricht an Bob wirklich senden?', 'Ja'],
    ['Dois-je vraiment envoyer ce message à Bob maintenant ?', 'Oui'],
    ['¿Debo enviar este mensaje a Bob ahora mismo?', 'Sí'],
    ['Shall I really send this message to Bob now?', 'Yes'],
    ['Zal ik dit bericht nu echt naar Bob sturen?', 'Ja'],
    ['Kas man tiešām nosūtīt šo ziņu Bobam?', 'Yes'],
    ['OK?', 'Yes'],
  ])('%s', (question, yes) => {
    expect(decisionLabels(question).yes).toBe(yes)
  })
})
