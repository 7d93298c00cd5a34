import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {waveformOf} from '../src/answer/voice-message.ts'
import {readInteraction} from '../src/incoming/read-interaction.ts'
import {readEdited, readMessage} from '../src/incoming/read-message.ts'
import {decisionOf} from '../src/outgoing/buttons.ts'
import {addressed, nonceOf, textParts} from '../src/outgoing/parts.ts'

const me = '4711'

const raw = (more: object = {}) => ({
  id: '100',
  type: 0,
  channel_id: '7',
  author: {id: '42', username: 'ada'},
  content: 'hello',
  timestamp: '2026-01-01T00:00:00.000000+00:00',
  edited_timestamp: null,
  mentions: [],
  attachments: [],
  ...more,
})

describe('a message', () => {
  it('is read without what is not needed', () => {
    expect(readMessage(raw(), {me})).toEqual({
      ...{id: '100', channelId: '7', isDirect: true, messageId: '100', userId: '42', userName: '@ada'},
      content: {kind: 'text', text: 'hello'},
    })
  })

  it('says how June is spoken to in a server, and her name is none of its words', () => {
    const guild = {guild_id: '9'}
    const mention = {...guild, content: `<@${me}> how <@!${me}>are you`, mentions: [{id: me}]}
    expect(readMessage(raw(mention), {me})).toMatchObject({addressed: 'mention', content: {text: 'how  are you'}})
    expect(readMessage(raw({...guild, referenced_message: {author: {id: me}}}), {me})).toMatchObject({
      addressed: 'reply',
    })
    expect(readMessage(raw({...guild, content: '!status'}), {me})).toMatchObject({addressed: 'command'})
    expect(readMessage(raw({...guild, content: '!play'}), {me})?.addressed).toBeUndefined()
    // Read by the REST API, a message does not say where it is.
    expect(readMessage(raw(), {me, isDirect: false})).toMatchObject({isDirect: false})
  })

  it.each([
    ['a bot', {author: {id: '5', bot: true}}],
    ['a webhook', {webhook_id: '5'}],
    ['a member that joined', {type: 7}],
    ['nobody', {author: undefined}],
    ['an id that is none', {id: 'x'}],
    ['an attachment without an address', {attachments: [{id: '1', filename: 'a.ogg', size: 1}]}],
  ])('of %s is not read', (_, more) => {
    expect(readMessage(raw(more), {me})).toBeUndefined()
  })

  it('with sound is sound, whatever stands beside it; with a picture it is what is not understood', () => {
    const file = {
      id: '8',
      filename: 'voice-message.ogg',
      url: 'https://cdn.discordapp.com/a',
      size: 9,
      duration_secs: 1.5,
    }
    const sound = readMessage(raw({attachments: [{...file, content_type: 'audio/ogg'}]}), {me})
    expect(sound?.content).toMatchObject({kind: 'sound', bytes: 9, seconds: 1.5, question: 'hello'})
    const picture = {...file, filename: 'cat.png', content_type: 'image/png'}
    expect(readMessage(raw({content: '', attachments: [picture]}), {me})?.content).toEqual({kind: 'unsupported'})
    expect(readMessage(raw({attachments: [picture]}), {me})?.content).toEqual({kind: 'text', text: 'hello'})
  })

  it('that was changed has an id of its own; one whose preview came has none', () => {
    const edited = raw({edited_timestamp: '2026-01-01T00:00:01.000000+00:00'})
    expect(readEdited(edited, {me})).toMatchObject({id: '100-1767225601000', messageId: '100', edited: true})
    expect(readEdited(raw(), {me})).toBeUndefined()
    const command = {...edited, content: '!status'}
    expect(readEdited(command, {me})).toMatchObject({content: {kind: 'command', name: 'status'}, edited: true})
  })

  it('with a picture alone is answered where it is for her, not where people show it to each other', () => {
    const picture = {
      content: '',
      attachments: [{id: '1', url: 'https://x/1', filename: 'a.png', content_type: 'image/png', size: 9}],
    }
    const unsupported = {content: {kind: 'unsupported'}}
    expect(readMessage(raw(picture), {me})).toMatchObject(unsupported)
    expect(readMessage(raw({...picture, guild_id: '9', mentions: [{id: me}]}), {me})).toMatchObject(unsupported)
    expect(readMessage(raw({...picture, guild_id: '9'}), {me})).toBeUndefined()
  })

  it('whatever it is, is read or not, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (whole, part) => {
        for (const given of [
          whole,
          raw({content: part}),
          raw({attachments: [part]}),
          raw({referenced_message: part}),
        ]) {
          readMessage(given, {me})
          readEdited(given, {me})
          readInteraction(given)
        }
      }),
    )
  })
})

describe('an interaction', () => {
  const told = {id: '200', application_id: '1', token: 't', channel_id: '7', guild_id: '9', member: {user: {id: '42'}}}

  it('asked before all is answered before all, and what is about a person is for them', () => {
    const command = (name: string, options: object[] = []) => ({...told, type: 2, data: {name, options}})
    const question = [{name: 'question', type: 3, value: 'why'}]
    expect(readInteraction(command('ask', question))).toMatchObject({
      ...{interaction: {isPrivate: false}, content: {kind: 'text', text: 'why'}},
    })
    expect(readInteraction(command('memory'))).toMatchObject({
      interaction: {isPrivate: true},
      content: {name: 'memory'},
    })
  })

  it('of a button is a decision of the one who is asked only', () => {
    const press = (userId: string) => ({
      ...{...told, member: {user: {id: userId}}, type: 3, data: {component_type: 2, custom_id: 'yes:42:c-1'}},
      message: {id: '300', components: [{type: 1, components: [{type: 2, custom_id: 'yes:42:c-1', label: 'Ja'}]}]},
    })
    const content = {kind: 'decision', confirmation: 'c-1', accepted: true, label: 'Ja'}
    expect(readInteraction(press('42'))).toMatchObject({messageId: '300', content})
    expect(readInteraction(press('43'))).toMatchObject({kind: 'strange-press'})
    expect(decisionOf('something:else')).toBeUndefined()
  })
})

describe('the parts of an answer', () => {
  const message = {isDirect: false, messageId: '100', content: {kind: 'text' as const, text: 'x'}}

  it('have nonces that Discord takes, the same for the same part, and only the first refers to the question', () => {
    const parts = addressed([...textParts('a'), ...textParts('b')], 'job', message)
    expect(parts.map(({replyTo}) => replyTo)).toEqual(['100', undefined])
    expect(new Set(parts.map(({nonce}) => nonce)).size).toBe(2)
    expect(parts[0]?.nonce).toBe(nonceOf('job', 0))
    for (const {nonce} of parts) expect(nonce?.length).toBeLessThanOrEqual(25)
  })

  it('go into the message that shows the answer already', () => {
    const voice = {kind: 'voice' as const, seconds: 1, waveform: ''}
    const [first, second] = addressed([voice, ...textParts('a')], 'job', message, {mark: '5'})
    expect([first?.edits, second?.edits]).toEqual([undefined, '5'])
  })
})

describe('a waveform', () => {
  it('has a byte for each tenth of a second, 256 at most, the loudest at the top', () => {
    fc.assert(
      fc.property(fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 2000}), peaks => {
        const bytes = Buffer.from(waveformOf(peaks), 'base64')
        expect(bytes.length).toBe(Math.max(1, Math.min(256, peaks.length)))
        if (Math.max(...peaks, 0) > 0.01) expect(Math.max(...bytes)).toBe(255)
      }),
    )
  })
})
