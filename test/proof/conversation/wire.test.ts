import {readEvent} from '@essence/core/proof/conversation/wire'
import {expect, it} from 'vitest'

it('reads an event once, though it comes again over the next connection', () => {
  const seen = new Set<string>()
  const event = {type: 'response.output_text.delta', event_id: 'event_1', response_id: 'resp_1', delta: 'One.'}
  expect(readEvent(JSON.stringify(event), seen)).toMatchObject({delta: 'One.'})
  expect(readEvent(JSON.stringify(event), seen)).toBeUndefined()
  expect(readEvent(JSON.stringify({...event, event_id: 'event_2'}), seen)).toMatchObject({delta: 'One.'})
})
