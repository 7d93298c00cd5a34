import {isOnlyStop, verdictOf} from '@essence/core/conversation/barge-in/verdict'
import {expect, it} from 'vitest'

const story = 'The lighthouse stood on a rock far from the shore, and its keeper had lived there for thirty years.'

const verdict = (text: string, more: Partial<Parameters<typeof verdictOf>[0]> = {}) =>
  verdictOf({
    ...{text, language: 'en', speechMs: 900, confidence: 0.9, levelDb: -23, personDb: -23, spoken: story},
    ...more,
  })

it.each([
  ['stop', 'en'],
  ['Wait, wait!', 'en'],
  ['Hold on a second.', 'en'],
  ['Okay, stop it.', 'en'],
  ['Warte mal!', 'de'],
  ['Attends', 'fr'],
  ['Espera, espera', 'es'],
  ['Aspetta!', 'it'],
])('"%s" (%s) stops June', (text, language) => {
  expect(verdict(text, {language})).toBe('stop')
})

it.each(['Mhm.', 'Uh-huh.', 'yeah, yeah', 'Okay.', 'Right, right.'])('"%s" does not', text => {
  expect(verdict(text)).toBe('filler')
})

it('takes a short hum for one whatever is written for it, and no longer sound', () => {
  expect(verdict('Buh-huh.', {speechMs: 500})).toBe('filler')
  expect(verdict('At home.', {speechMs: 500, confidence: 0.3})).toBe('filler')
  expect(verdict('At home.', {speechMs: 500})).toBe('turn')
  expect(verdict('I am at home now.', {confidence: 0.3})).toBe('turn')
})

it('knows June’s own words, also where they are misheard and fainter, and lets the person use them', () => {
  expect(verdict('light house stood on the rock')).toBe('echo')
  expect(verdict('And its keeper had lived their for thirty ears.')).toBe('echo')
  expect(verdict('the shore')).toBe('echo')
  expect(verdict('how old was the keeper of the lighthouse')).toBe('turn')
  expect(verdict('stop', {spoken: 'They did not stop until the morning.'})).toBe('stop')
  expect(verdict('stop', {spoken: 'They did not stop until the morning.', levelDb: -45})).toBe('echo')
})

it('leaves a voice behind the person alone, once it knows how loud the person is', () => {
  expect(verdict('what a fine day', {levelDb: -38})).toBe('background')
  expect(verdict('what a fine day', {levelDb: -38, personDb: undefined})).toBe('turn')
  expect(verdict('...')).toBe('noise')
})

it('tells "stop" alone from what is to be stopped', () => {
  for (const text of ['Stop!', 'okay stop', 'Wait. Stop.']) expect(isOnlyStop(text, 'en')).toBe(true)
  for (const text of ['stop the timer', 'okay', '', 'wait until tomorrow']) expect(isOnlyStop(text, 'en')).toBe(false)
})
