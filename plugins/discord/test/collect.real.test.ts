// Messages that come while June is busy, in a channel that collects them: voices and texts become one turn, each once.
import {expect, it} from 'vitest'
import {kept} from '../../../test/channel/bot-stores.ts'
import {startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

/** A service that collects, and is busy with a first message until `goOn`. */
const busy = async (heard: (string | Error)[]) => {
  const held = Promise.withResolvers<string>()
  const service = await startService({
    answer: ({text}) => (text === 'first' ? held.promise : `You said: ${text}.`),
    heard: () => {
      const next = heard.shift() ?? ''
      if (next instanceof Error) throw next
      return next
    },
  })
  const {peer, requests, done, direct, folder} = service
  await done(peer.userSends({text: '!mode collect'}))
  peer.userSends({text: 'first'})
  await expect.poll(() => requests.length).toBe(1)
  const shown = () => peer.shownIn(direct).slice(1)
  const stored = (id: string) => expect.poll(async () => id in (await kept(folder))).toBe(true)
  return {...service, shown, stored, goOn: () => held.resolve('One.')}
}

it('their words are one turn, in order, and one answer by voice', async () => {
  const {peer, folder, goOn, requests, shown, stored} = await busy(['eggs', 'and milk'])
  peer.userSends({voice: {bytes: await toneNote()}})
  peer.userSends({text: 'butter'})
  const last = peer.userSends({voice: {bytes: await toneNote()}})
  await stored(last)
  goOn()
  await expect.poll(() => shown().length).toBe(3)
  expect(requests.map(({text}) => text)).toEqual(['first', 'eggs\nbutter\nand milk'])
  expect(shown()[1]).toMatchObject({voice: expect.anything(), replyTo: last})
  expect(shown()[2]?.text).toContain('You said: eggs\nbutter\nand milk.')
  await expect
    .poll(async () => Object.values(await kept(folder)).map(({state}) => state))
    .toEqual(Array(5).fill('done'))
})

it('one that cannot be heard is told beside the answer to the others', async () => {
  const {peer, goOn, requests, shown, stored} = await busy([])
  peer.userSends({text: 'butter'})
  const last = peer.userSends({voice: {bytes: Buffer.from('not sound, it only says so')}})
  await stored(last)
  goOn()
  await expect.poll(() => shown().some(({text}) => /I cannot read that sound/.test(text))).toBe(true)
  expect(requests.map(({text}) => text)).toEqual(['first', 'butter'])
  expect(shown().map(({text}) => text)).toContainEqual(expect.stringContaining('You said: butter.'))
})
