// Who speaks: people enrol in their private conversation; what others say from their account is answered apart. The model is scripted: it hears an angle.
import {wordsIn} from '@essence/core/channel/words/words'
import {describe, expect, it} from 'vitest'
import {scriptedVoices} from '../../../test/channel/test-voices.ts'
import {scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {generalOf, type StartOptions, startService, textsIn} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const words = wordsIn('en')
const bytes = await toneNote(3)

const start = async (known: Record<string, number> = {}, options: StartOptions = {}) => {
  const {recognition, kept, next} = await scriptedVoices(known)
  const service = await startService({openVoices: async () => recognition, ...options})
  const {peer, done, direct} = service
  /** @returns what she wrote to it */
  const speak = async (angle: number, channel = direct): Promise<string> => {
    next.angle = angle
    const before = textsIn(peer, channel).length
    await done(peer.userSends({channel, voice: {bytes}}))
    return textsIn(peer, channel)
      .slice(before)
      .filter(text => text !== '(voice)')
      .join('\n')
  }
  const say = async (text: string): Promise<string> => {
    await done(peer.userSends({text}))
    return textsIn(peer, direct).at(-1) ?? ''
  }
  return {...service, kept, next, speak, say}
}

describe('/enrol', () => {
  it('learns a voice from three messages, which nobody answers; /enrol off erases it', async () => {
    const {say, speak, kept, requests, peer, done, direct} = await start()
    await peer.until(() => peer.state.commands.length > 0)
    expect(JSON.stringify(peer.state.commands)).toContain('"enrol"')
    await done(peer.userRuns('enrol'))
    expect(textsIn(peer, direct)).toEqual([`${words('enrolIntro')}\n\n1/3: “${words('enrolFirst')}”`])
    expect(await speak(0)).toContain(words('enrolSecond'))
    expect(await speak(5)).toContain(words('enrolThird'))
    expect(await speak(10)).toContain(words('enrolDone'))
    expect(await kept.all()).toMatchObject([{person: 'discord:42'}])
    expect(requests).toEqual([])
    expect(await say('!enrol off')).toBe(words('enrolErased'))
    expect(await kept.all()).toEqual([])
  })

  it('is for private conversations; /stop ends it, and /forget everything what was learnt', async () => {
    const {mind} = scriptedMind()
    const {say, speak, kept, peer, done, requests, direct} = await start({'discord:42': 0}, {mind})
    const general = generalOf(peer)
    await done(peer.userRuns('enrol', {}, {channel: general}))
    expect(textsIn(peer, general)).toEqual([words('privateOnly', {command: 'enrol'})])
    await say('!enrol')
    await say('!stop')
    await speak(0)
    expect(requests).toHaveLength(1)
    await say('!forget everything')
    const [asked] = peer.shownIn(direct).slice(-1)
    if (!asked) throw new Error('nothing was asked')
    await done(peer.userPresses('Yes', {on: asked}))
    expect(await kept.all()).toEqual([])
  })

  it('is no command where nobody is known by their voice', async () => {
    const {peer, done, direct} = await startService()
    await done(peer.userSends({text: '!enrol'}))
    expect(textsIn(peer, direct)).toEqual([words('unknownCommand', {command: 'enrol'})])
  })
})

describe('a voice message', () => {
  it('of the account’s person is answered as ever; of a stranger June says so, and answers without a trace', async () => {
    const {mind, trace} = scriptedMind()
    const forgotten: unknown[] = []
    const {speak, requests} = await start(
      {'discord:42': 0},
      {mind, forget: (session, speaker) => void forgotten.push({session, speaker})},
    )
    expect(await speak(10)).not.toContain(words('speakerUnknown'))
    expect(await speak(180)).toContain(words('speakerUnknown'))
    const [own, strange] = requests
    expect(own).toMatchObject({speaker: 'discord:42', tools: undefined, among: undefined})
    expect(strange).toMatchObject({speaker: expect.stringMatching(/^discord:42#\d+$/), tools: false})
    expect(trace.erased).toEqual([strange?.speaker])
    expect(forgotten).toEqual([{session: strange?.session, speaker: strange?.speaker}])
  })

  it('in a server that sounds like another person opens neither memory', async () => {
    const {speak, requests, peer, done} = await start({'discord:43': 90})
    const general = generalOf(peer)
    await done(peer.userSends({channel: general, text: '!mode always'}))
    expect(await speak(90, general)).not.toContain(words('speakerUnknown'))
    await speak(180, general)
    const among = {room: `discord:${general}`, name: expect.stringMatching(/\S/)}
    expect(requests).toMatchObject([
      {speaker: expect.stringMatching(/^discord:42#\d+$/), among: undefined},
      {speaker: 'discord:42', among},
    ])
  })
})
