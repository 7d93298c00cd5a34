import {expect, it} from 'vitest'
import {openTalk} from './scripted-talk.ts'

/** June's side of another conversation in the room, and what was asked of it. */
const otherConversation = (spoken = '') => {
  const asked: string[] = []
  return {
    asked,
    floor: {
      isTaken: true,
      recentText: () => spoken,
      hold: () => void asked.push('hold'),
      goOn: () => void asked.push('goOn'),
      yieldTo: () => void asked.push('yieldTo'),
    },
  }
}

it('somebody who speaks while June answers another interrupts her there, and is answered', async () => {
  const {asked, floor} = otherConversation()
  const talk = openTalk({conversation: {others: floor}})
  await talk.say('what about the harbour', 2000)
  expect(asked[0]).toBe('hold')
  expect(asked).toContain('yieldTo')
  expect(talk.asked).toEqual(['what about the harbour'])
})

it.each([
  ['a noise', {noise: 300}],
  ['a word of somebody who listens', 'mhm'],
] as const)('%s makes her quiet for a moment, and no more', async (_, line) => {
  const {asked, floor} = otherConversation()
  const talk = openTalk({conversation: {others: floor}})
  await talk.say(line, 2000)
  expect(asked).toContain('hold')
  expect(asked.at(-1)).toBe('goOn')
  expect(asked).not.toContain('yieldTo')
  expect(talk.asked).toEqual([])
})

it('does not take what she says to another for speech of the person', async () => {
  const {asked, floor} = otherConversation('The harbour is closed in winter.')
  const talk = openTalk({conversation: {others: floor}})
  await talk.say('harbour is closed in winter', 2000)
  expect(asked).not.toContain('yieldTo')
  expect(talk.asked).toEqual([])
})

it('is quiet for good where somebody wants no more than that', async () => {
  const {asked, floor} = otherConversation()
  const talk = openTalk({conversation: {others: floor}})
  await talk.say('stop', 2000)
  expect(asked).toContain('yieldTo')
  expect(talk.transcripts()).toEqual(['stop'])
  expect(talk.all('responseStarted')).toEqual([])
})
