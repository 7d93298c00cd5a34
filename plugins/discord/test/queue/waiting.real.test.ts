// Messages that wait until others are answered.
import {expect, it} from 'vitest'
import {generalOf, startService, textsIn} from '../harness.ts'

it('one that waits is shown to be worked on, and nothing of that stays', async () => {
  const slow = Promise.withResolvers<string>()
  const {peer, done, requests, direct} = await startService({
    answer: ({text}) => (text === 'slow' ? slow.promise : 'Quick.'),
    parallelTurns: 1,
  })
  const general = generalOf(peer)
  peer.userSends({text: 'slow'})
  await expect.poll(() => requests.length).toBe(1)
  const id = peer.userSends({channel: general, text: '<@4711> quick'})
  await peer.until(() => peer.state.typing.some(({channelId}) => channelId === general))
  expect(textsIn(peer, general)).toEqual([])
  slow.resolve('Slow.')
  await done(id)
  expect([textsIn(peer, direct), textsIn(peer, general)]).toEqual([['Slow.'], ['Quick.']])
})
