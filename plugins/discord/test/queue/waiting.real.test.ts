// Messages that wait until others are answered.
import {expect, it} from 'vitest'
import {kept} from '../../../../test/channel/bot-stores.ts'
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

it('one that is deleted is not answered, nor what it was changed to; what is being answered is', async () => {
  const slow = Promise.withResolvers<string>()
  const {peer, done, requests, direct, folder} = await startService({
    answer: ({text}) => (text === 'slow' ? slow.promise : `You said: ${text}.`),
  })
  const first = peer.userSends({text: 'slow'})
  await expect.poll(() => requests.length).toBe(1)
  const [gone, changed, last] = ['gone', 'before', 'last'].map(text => peer.userSends({text}))
  peer.userEdits(changed ?? '', 'after')
  await expect.poll(async () => Object.keys(await kept(folder)).length).toBe(5)
  for (const id of [first, gone, changed]) peer.userDeletes(id ?? '')
  const ended = async () => Object.values(await kept(folder)).filter(({state}) => state === 'done')
  await expect.poll(async () => (await ended()).length).toBe(3)
  slow.resolve('Slow.')
  await done(last ?? '')
  expect(textsIn(peer, direct)).toEqual(['Slow.', 'You said: last.'])
})
