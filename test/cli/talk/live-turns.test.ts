import {expect, it} from 'vitest'
import {liveTurns} from '../../../src/cli/talk/live/live-turns.ts'
import {EssenceError} from '../../../src/kit/errors.ts'
import {ended, started, transcript} from './live-events.ts'

it('puts what was said and what was answered into one turn, and is busy until it is over', () => {
  const talk = liveTurns()
  talk.take({type: 'speechStarted', item: 'a', atMs: 100})
  talk.take({type: 'speechStopped', item: 'a', atMs: 900})
  talk.take({type: 'committed', item: 'a', audio: new Float32Array()})
  expect(talk.isBusy).toBe(true)
  talk.take(transcript('Hello June.'))
  expect(talk.isBusy).toBe(false)
  talk.take(started())
  expect(talk.isBusy).toBe(true)
  talk.take(
    ended({text: 'Hello. How are you?', heard: 'Hello.', status: 'interrupted', voiceToVoiceMs: 800, waitedMs: 300}),
  )
  expect(talk.isBusy).toBe(false)
  expect(talk.turns).toEqual([
    {
      ...{said: 'Hello June.', language: 'en', startMs: 100, endMs: 900},
      ...{answered: 'Hello. How are you?', heard: 'Hello.', heardMs: 1000, status: 'interrupted'},
      ...{voiceToVoiceMs: 800, waitedMs: 300, times: null, error: null},
    },
  ])
})

it('is not busy with what was no turn', () => {
  const talk = liveTurns()
  talk.take({type: 'speechStarted', item: 'a', atMs: 100})
  talk.take({type: 'dismissed', item: 'a', reason: 'noise'})
  expect(talk).toMatchObject({isBusy: false, turns: []})
})

it('keeps a turn that failed, and one that June began', () => {
  const talk = liveTurns()
  const error = new EssenceError('ENGINE_FAILED', 'The recogniser fell over.')
  talk.take({type: 'committed', item: 'a', audio: new Float32Array()})
  talk.take({type: 'transcriptFailed', item: 'a', error})
  talk.take({type: 'responseStarted', response: 'r', answers: undefined})
  talk.take(ended({text: 'Still there?'}))
  expect(talk.turns).toMatchObject([
    {said: null, status: null, error: 'The recogniser fell over.'},
    {said: null, answered: 'Still there?', status: 'completed', error: null},
  ])
  expect(talk.isBusy).toBe(false)
})
