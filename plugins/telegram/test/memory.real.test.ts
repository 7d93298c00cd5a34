import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {ManualClock} from '../../../test/channel/manual-clock.ts'
import {factOf, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {ada, startService} from './harness.ts'

const lyon = factOf('1a2b3c4d-0000-4000-8000-000000000001', 'Lives in Lyon.')
const tea = factOf('5e6f7a8b-0000-4000-8000-000000000002', 'Likes tea.')
const bob = factOf('9c0d1e2f-0000-4000-8000-000000000003', 'Is called Bob.')

const start = async (script: Parameters<typeof startService>[0] = {}) => {
  const scripted = scriptedMind({facts: {'telegram:42': [lyon, tea], 'telegram:43': [bob]}})
  const service = await startService({mind: scripted.mind, ...script})
  const {peer, done} = service
  const say = async (text: string): Promise<string> => {
    await done(peer.userSends({from: ada, text}))
    return peer.shownIn(ada).at(-1)?.text ?? ''
  }
  return {...service, ...scripted, say}
}

describe('what June knows', () => {
  it('/memory lists, each with the command that erases it, and of nobody else', async () => {
    const {say, requests} = await start()
    expect(await say('/memory')).toBe(
      'What I know of you:\n\nLives in Lyon.\n/forget_1a2b3c4d\nLikes tea.\n/forget_5e6f7a8b\n\n' +
        '“/forget everything” erases all of it. To correct something, tell me what is right.',
    )
    expect(requests).toEqual([])
  })

  it('/forget erases, by the command of the list or by id; never what is another person’s', async () => {
    const {say, facts} = await start()
    expect(await say('/forget')).toContain('Which?')
    expect(await say('/forget_9c0d1e2f')).toContain('I know nothing under 9c0d1e2f')
    expect(await say('/forget_1a2b3c4d')).toBe('Forgotten: Lives in Lyon.')
    expect(await say(`/forget ${tea.id}`)).toBe('Forgotten: Likes tea.')
    expect(await say('/memory')).toContain('I know nothing of you yet')
    expect(facts['telegram:43']).toEqual([bob])
  })

  it.each([
    ['Yes', 'I have forgotten everything I knew of you.', ['telegram:42']],
    ['No', 'I have forgotten nothing.', []],
  ])('/forget everything asks first: %s', async (label, said, erased) => {
    const {say, peer, done, trace, requests} = await start()
    expect(await say('/forget everything')).toContain('Shall I forget everything')
    expect(trace.erased).toEqual([])
    const [asked] = peer.shownIn(ada)
    if (!asked) throw new Error('nothing was asked')
    await done(peer.userPresses(label, {on: asked}))
    expect(peer.shownIn(ada).at(-1)?.text).toBe(said)
    expect(trace.erased).toEqual(erased)
    expect(asked.keyboard).toBeUndefined()
    expect(requests).toEqual([])
  })

  it('is not erased by a question of yesterday', async () => {
    const clock = new ManualClock()
    const {say, peer, done, trace} = await start({clock})
    await say('/forget everything')
    const [asked] = peer.shownIn(ada)
    if (!asked) throw new Error('nothing was asked')
    clock.advance(11 * 60_000)
    await done(peer.userPresses('Yes', {on: asked}))
    expect(peer.shownIn(ada).at(-1)?.text).toBe('That question has expired. Please ask again.')
    expect(trace.erased).toEqual([])
  })

  it('/reset ends the conversation of this person, and nothing else', async () => {
    const forgotten: unknown[] = []
    const {say, facts} = await start({forget: (...what) => void forgotten.push(what)})
    expect(await say('/reset')).toContain('What I know of you stays')
    expect(forgotten).toEqual([['telegram:42', 'telegram:42']])
    expect(facts['telegram:42']).toHaveLength(2)
  })

  it('is nothing without a memory, and why', async () => {
    const {peer, done} = await startService({lacks: ['the database does not answer']})
    for (const text of ['/memory', '/forget everything']) await done(peer.userSends({from: ada, text}))
    const said = 'I remember nothing beyond our conversation: the database does not answer.'
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual([said, said])
  })

  it('that cannot be read at the moment costs one sentence', async () => {
    const {mind} = scriptedMind()
    const facts = () => Promise.reject(new EssenceError('STORE_UNAVAILABLE', 'at 10.0.0.7:5432'))
    const {say, spooled} = await start({mind: {...mind, memory: {...mind.memory, facts}}})
    expect(await say('/memory')).toBe('A part of me is not there at the moment. Please try again in a minute.')
    expect(Object.values(await spooled())).toEqual(['done'])
  })
})

it('health names what the assistant lacks, as long as it does', async () => {
  let lacks = ['no memory: the database does not answer']
  const {health} = await startService({lacks: () => lacks})
  health.phase = 'ready'
  expect(health.report()).toMatchObject({
    status: 'degraded',
    ready: true,
    checks: {llm: {status: 'degraded', detail: expect.stringContaining('no memory: the database does not answer')}},
  })
  lacks = []
  expect(health.report()).toMatchObject({status: 'healthy', checks: {llm: {status: 'healthy'}}})
})
