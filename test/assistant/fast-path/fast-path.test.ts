import {type FastPathOptions, openFastPath} from '@essence/core/assistant/fast-path/fast-path'
import type {Fact} from '@essence/core/memory/port'
import type {Reminder, ToolOutcome} from '@essence/core/tools/port'
import {describe, expect, it} from 'vitest'

const now = new Date('2026-03-04T15:04:00Z')

const open = (options: FastPathOptions = {}) => {
  const path = openFastPath({now: () => now, timeZone: 'UTC', ...options})
  return async (text: string, language?: string, last?: string) =>
    (await path({speaker: 'p', session: 's', channel: 'cli', text, language}, last))?.text
}

/** A toolbox that notes what it is called with. */
const noting = (outcome: ToolOutcome = {kind: 'result', text: 'done'}) => {
  const calls: [string, unknown][] = []
  const call = async ({name, arguments: input}: {name: string; arguments: string}) => {
    calls.push([name, JSON.parse(input)])
    return outcome
  }
  return {calls, toolbox: {call}}
}

describe('the fast path', () => {
  it.each([
    ['en', 'What time is it?', 'It is 3:04 PM.'],
    ['en', 'hey june what is the time please', 'It is 3:04 PM.'],
    ['en', 'What day is it today?', 'Today is Wednesday, March 4, 2026.'],
    ['en', 'what is twelve times four', '12 times 4 is 48.'],
    ['en', 'seven divided by zero', 'Nothing can be divided by zero.'],
    ['en', 'how much is 1,000 / 8', '1000 divided by 8 is 125.'],
    ['de', 'Wie spät ist es?', 'Es ist 15:04 Uhr.'],
    ['de', 'Welcher Tag ist heute?', 'Heute ist Mittwoch, 4. März 2026.'],
    ['de', 'Wie viel ist einundzwanzig mal zwei?', '21 mal 2 ist 42.'],
    ['de', 'was ist 2,5 plus 1', '2,5 plus 1 ist 3,5.'],
    ['fr', 'Quelle heure est-il ?', 'Il est 15 h 04.'],
    ['fr', "Quel jour sommes-nous aujourd'hui ?", 'Nous sommes le mercredi 4 mars 2026.'],
    ['fr', 'Combien font vingt et un moins trois ?', '21 moins 3 font 18.'],
    ['es', '¿Qué hora es?', 'Son las 15:04.'],
    ['es', '¿Qué día es hoy?', 'Hoy es miércoles, 4 de marzo de 2026.'],
    ['es', 'cuánto es treinta y dos entre dos', '32 entre 2 son 16.'],
  ])('answers in %s: %s', async (language, text, answer) => {
    expect(await open()(text, language)).toBe(answer)
  })

  it('does and tells nothing of a person for a request without tools, and still knows the time', async () => {
    const {calls, toolbox} = noting()
    const memory = {facts: async () => [], erase: async () => {}}
    const path = openFastPath({now: () => now, timeZone: 'UTC', toolbox, memory})
    const ask = (text: string) => path({speaker: 'p', session: 's', text, language: 'en', tools: false}, undefined)
    for (const text of ['set a timer for five minutes', 'remember that I like tea', 'what do you know about me'])
      expect(await ask(text), text).toBeUndefined()
    expect(calls).toEqual([])
    expect(await ask('what time is it')).toMatchObject({text: 'It is 3:04 PM.'})
  })

  it('answers in its own language what was heard as another one', async () => {
    expect(await open()('wie spät ist es', 'en')).toBe('Es ist 15:04 Uhr.')
    expect(await open()('what time is it')).toBe('It is 3:04 PM.')
  })

  it.each([
    'What time is it in the movie Casablanca?',
    'What time does the train leave?',
    'stop telling me about cats and tell me about dogs',
    'how many times two people have landed there',
    'What is two?',
    'one and only',
    'time flies',
    'Who said that again?',
    'repeat the third sentence of the poem',
    'set a timer for when she comes',
    'remind me of my childhood',
    'forget that guy, what about his brother',
    'what do you know about Lyon',
    'what do you know about me and my brother in law',
    'turn the volume of this cube into litres',
    'Was ist die Uhrzeit in Tokio?',
    'Was ist ein Timer?',
    'Stopp den Krieg',
    'Quelle heure est-il à Tokyo ?',
    '¿Qué hora es en Tokio?',
    'más o menos',
    'What is 9/11?',
    '24/7',
    '555-1234',
    'zwei und drei',
    'dos y tres',
    'how many times two people have landed',
    'forget it',
    'Vergiss es',
    'Olvídalo',
    '¿Cuánto queda?',
    'remember the Alamo',
    'what is the date of the battle',
  ])('leaves to the model: %s', async text => {
    const {toolbox} = noting({kind: 'error', text: 'no'})
    const memory = {facts: async () => [], erase: async () => {}}
    expect(await open({toolbox, memory})(text)).toBeUndefined()
  })

  it.each([
    ['set a timer for ten minutes', 'en', 600],
    ['Timer for 1 hour and 30 minutes', 'en', 5400],
    ['a five minute timer please', 'en', 300],
    ['start a timer for half an hour', 'en', 1800],
    ['timer for an hour and a half', 'en', 5400],
    ['Stell einen Timer auf zehn Minuten', 'de', 600],
    ['Mets un minuteur de cinq minutes', 'fr', 300],
    ['Pon un temporizador de veinte minutos', 'es', 1200],
  ])('sets a timer: %s', async (text, language, seconds) => {
    const {toolbox, calls} = noting()
    expect(await open({toolbox})(text, language)).toBeTruthy()
    expect(calls).toEqual([['set_timer', {seconds}]])
  })

  it.each([
    ['Remind me in ten minutes to call Ann.', 'en', {when: 'in ten minutes', text: 'call ann'}],
    ['remind me to call Ann tomorrow at 8', 'en', {when: 'tomorrow at 8', text: 'call ann'}],
    ['Erinnere mich morgen um acht an den Arzt', 'de', {when: 'morgen um acht', text: 'arzt'}],
    ["Rappelle-moi demain d'appeler Anne", 'fr', {when: 'demain', text: 'appeler anne'}],
    ['Recuérdame mañana que llame a Ana', 'es', {when: 'mañana', text: 'llame a ana'}],
  ])('sets a reminder: %s', async (text, language, input) => {
    const {toolbox, calls} = noting()
    expect(await open({toolbox})(text, language)).toBeTruthy()
    expect(calls).toEqual([['set_reminder', input]])
  })

  it('cancels a timer where a timer is meant, and a reminder where that is', async () => {
    const dueAt = new Date(now.getTime() + 60_000)
    const of = {speaker: 'p', session: 's', channel: 'cli', dueAt}
    const both: Reminder[] = [
      {...of, id: '1', kind: 'reminder', text: 'Call Ann.'},
      {...of, id: '2', kind: 'timer', text: 'The timer is over.'},
    ]
    const cancelled: string[] = []
    const reminders = {list: async () => both, cancel: async (_: string, id: string) => Boolean(cancelled.push(id))}
    expect(await open({reminders})('stop the timer')).toBe('It is cancelled.')
    expect(await open({reminders})('Annule mon rappel')).toBe("C'est annulé.")
    expect(await open({reminders: {...reminders, list: async () => both.slice(0, 1)}})('Stopp den Timer')).toBe(
      'Es gibt keine Timer oder Erinnerungen.',
    )
    expect(cancelled).toEqual(['2', '1'])
  })

  it('has the door stop and change the volume', async () => {
    const path = openFastPath()
    const actionOf = async (text: string) => (await path({speaker: 'p', session: 's', text}, undefined))?.action
    expect(await actionOf('Stop!')).toEqual({kind: 'stop'})
    expect(await actionOf('Sei still')).toEqual({kind: 'stop'})
    expect(await actionOf('louder')).toEqual({kind: 'volume', step: 1})
    expect(await actionOf('Plus bas, s’il te plaît')).toEqual({kind: 'volume', step: -1})
    expect(await actionOf('set the volume to 5')).toEqual({kind: 'volume', level: 0.5})
    expect(await actionOf('volume thirty percent')).toEqual({kind: 'volume', level: 0.3})
  })

  it('repeats what was said last', async () => {
    expect(await open()('say that again', 'en', 'The sky is blue.')).toBe('The sky is blue.')
    expect(await open()('Repite eso', 'es', 'Hola.')).toBe('Hola.')
    expect(await open()('What did you say?')).toBe('I have not said anything yet.')
  })

  it('lists what is known, and forgets what was noted just now', async () => {
    const erased: string[] = []
    const fact = (id: string, text: string, validFrom: Date): Fact => ({
      ...{id, text, validFrom},
      ...{provenance: 'said', importance: 0.5},
    })
    let facts = [fact('2', 'Lives in Lyon.', now), fact('1', 'Name is Ann.', new Date(0))]
    const memory = {
      facts: async () => facts,
      erase: async (_speaker: string, id: string) => {
        erased.push(id)
        facts = facts.filter(one => one.id !== id)
      },
    }
    const ask = open({memory})
    expect(await ask('What do you know about me?')).toBe('This is what I know about you: Lives in Lyon. Name is Ann.')
    expect(await ask('Was weißt du über mich?', 'de')).toBe('Das weiß ich über dich: Lives in Lyon. Name is Ann.')
    expect(await ask('forget that')).toBe('I have forgotten it.')
    expect(await ask('forget that')).toBe('There was nothing I had noted.')
    expect(erased).toEqual(['2'])
  })

  it('asks before everything is erased', async () => {
    const expiresAt = now
    const confirmation = {id: 'c', tool: 'erase_everything', arguments: '{}', question: 'Really?', expiresAt}
    const {toolbox, calls} = noting({kind: 'confirm', confirmation})
    const memory = {facts: async () => [], erase: async () => {}}
    const path = openFastPath({toolbox, memory})
    const request = {speaker: 'p', session: 's', text: 'forget everything about me'}
    expect(await path(request, undefined)).toEqual({text: 'Really?', confirmation})
    expect(calls).toEqual([['erase_everything', {}]])
  })
})
