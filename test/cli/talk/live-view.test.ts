import {beforeEach, expect, it} from 'vitest'
import {liveView} from '../../../src/cli/talk/live/live-view.ts'
import type {LiveEvent} from '../../../src/conversation/port.ts'
import {EssenceError} from '../../../src/kit/errors.ts'
import {sine} from '../../audio/sounds.ts'
import {ended, sentence, started, transcript} from './live-events.ts'

let printed: string[]
let noted: string[]
let warned: string[]
let lines: string[]
let view: ReturnType<typeof liveView>

beforeEach(() => {
  ;[printed, noted, warned, lines] = [[], [], [], []]
  view = liveView({
    line: {show: text => lines.push(text), clear: () => {}},
    print: text => printed.push(text),
    note: text => noted.push(text),
    detail: () => {},
    warn: text => warned.push(text),
  })
})

const show = (...events: LiveEvent[]): void => {
  for (const event of events) view.show(event)
}

it('prints what was said, then sentence by sentence what was heard of the answer, and how long it took', () => {
  show(transcript('Hello June.'), started(), sentence('Hello.'), sentence('How are you?'))
  // The second is being spoken.
  expect(printed).toEqual(['you   Hello June.', 'june  Hello.'])
  expect(lines.at(-1)).toContain('june  How are you?')
  show(ended({text: 'Hello. How are you?', voiceToVoiceMs: 812, waitedMs: 290}))
  expect(printed.at(-1)).toBe('      How are you?')
  expect(noted).toEqual(['      0.8 s until she spoke, 0.3 s of them to see whether you go on'])
})

it('says what was not heard of an answer that was interrupted', () => {
  const text = 'Once there was a king. He had three daughters. They were clever.'
  show(started(), sentence('Once there was a king. '), sentence('He had three daughters. '))
  show(ended({text, heard: 'Once there was a king. He had', status: 'interrupted'}))
  expect(printed[0]).toBe('june  Once there was a king.')
  expect(printed[1]).toContain('He had')
  expect(printed[1]).toContain('[not heard: three daughters. They were clever.]')
})

it('prints an answer that is only read', () => {
  show(started(), ended({text: 'See 3.14159.'}))
  expect(printed).toEqual(['june  See 3.14159.'])
})

it('prints nothing of an answer that was withdrawn', () => {
  show(started(), ended({text: 'Well', heard: '', status: 'cancelled'}))
  expect(printed).toEqual([])
})

it('shows the words of a turn as they come, and forgets them where it was none', () => {
  show({type: 'words', item: 'a', text: 'what time'}, {type: 'words', item: 'a', text: 'is it'})
  expect(lines.at(-1)).toContain('you   what time is it')
  show({type: 'dismissed', item: 'a', reason: 'filler'})
  expect(lines.at(-1)).toContain('listening')
})

it('shows the end of a long turn', () => {
  show({type: 'words', item: 'a', text: 'one two three '.repeat(20)}, {type: 'words', item: 'a', text: 'and four'})
  expect(lines.at(-1)).toMatch(/you {3}….*three and four$/)
})

it('says what failed', () => {
  const error = new EssenceError('ENGINE_FAILED', 'The model fell over.')
  show({type: 'transcriptFailed', item: 'a', error}, started(), ended({text: '', status: 'failed', error}))
  show(started(), ended({text: 'Aloud.', error}))
  expect(warned).toEqual([
    'What you said could not be understood: The model fell over.',
    'June could not answer: The model fell over.',
    'It could not be spoken: The model fell over.',
  ])
})

it('shows the level of the microphone', () => {
  view.hear(sine(440, 0.02))
  expect(lines.at(-1)).toMatch(/^mic ▁▁▁▁█ {2}listening/)
})
