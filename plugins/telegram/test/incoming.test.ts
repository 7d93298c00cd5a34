import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {incomingSchema} from '../src/incoming.ts'
import {readIncoming as read} from '../src/read-incoming.ts'

const update = (message: object) => ({
  update_id: 7,
  message: {message_id: 3, date: 0, chat: {id: 42, type: 'private'}, from: {id: 42, is_bot: false}, ...message},
})
const me = {id: 4711, username: 'june_bot'}
const readIncoming = (raw: unknown) => read(raw, me)
const file = {file_id: 'f', file_unique_id: 'f'}

describe('readIncoming', () => {
  it('takes any JSON without failing, and gives back only what can be stored and read again', () => {
    const field = fc.jsonValue({maxDepth: 2})
    const message = fc.record(
      {text: field, voice: field, document: field, chat: field, from: field, photo: field},
      {requiredKeys: []},
    )
    fc.assert(
      fc.property(fc.oneof(field, message.map(update)), raw => {
        const incoming = readIncoming(raw)
        if (incoming) expect(incomingSchema.parse(JSON.parse(JSON.stringify(incoming)))).toEqual(incoming)
      }),
      {numRuns: 1000},
    )
  })

  it.each([
    ['a text', {text: 'hi'}, {kind: 'text', text: 'hi'}],
    ['a command', {text: '/Status@june_bot now'}, {kind: 'command', name: 'status', argument: 'now'}],
    ['a command in lines', {text: '/forget\n everything '}, {kind: 'command', name: 'forget', argument: 'everything'}],
    ['a path is no command', {text: '/etc/passwd'}, {kind: 'text', text: '/etc/passwd'}],
    [
      'a voice message',
      {voice: {...file, duration: 2, file_size: 9}},
      {kind: 'sound', fileId: 'f', bytes: 9, seconds: 2},
    ],
    ['a file of unknown size and length', {audio: file}, {kind: 'sound', fileId: 'f'}],
    ['a document with sound', {document: {...file, mime_type: 'audio/flac'}}, {kind: 'sound', fileId: 'f'}],
    ['another document', {document: {...file, mime_type: 'application/pdf'}}, {kind: 'unsupported'}],
    ['a photo', {photo: []}, {kind: 'unsupported'}],
    ['a die', {dice: {emoji: '🎲', value: 3}}, {kind: 'unsupported'}],
    ['a story that is passed on', {story: {}}, {kind: 'unsupported'}],
  ])('reads %s', (_, message, content) => {
    expect(readIncoming(update(message))).toEqual({updateId: 7, chatId: 42, messageId: 3, userId: '42', content})
  })

  it.each([
    ['a text', {text: 'milk'}, true],
    ['a command', {text: '/language de'}, true],
    ['a caption', {voice: file, caption: 'is that so?'}, false],
    ['a place that moves', {location: {}}, false],
  ])('%s that is changed: read or not', (_, message, isRead) => {
    const {message: edited_message} = update(message)
    expect(readIncoming({update_id: 7, edited_message})?.edited).toBe(isRead || undefined)
  })

  it('takes no name for a user name that somebody has put into it', () => {
    const from = {id: 66, is_bot: false, first_name: 'Eve (@ada)'}
    expect(readIncoming(update({text: 'hi', from}))?.userName).toBe('Eve ( @ada)')
    const withOne = {...from, username: 'eve'}
    expect(readIncoming(update({text: 'hi', from: withOne}))?.userName).toBe('Eve ( @ada) (@eve)')
  })

  const press = (data: string, change: object = {}) => ({
    update_id: 7,
    callback_query: {
      ...{id: 'q', from: {id: 42, is_bot: false}, data},
      message: {message_id: 3, chat: {id: 42, type: 'private'}, ...change},
    },
  })

  it('reads a button: what it decides, and what it said', () => {
    const reply_markup = {
      inline_keyboard: [[{text: 'Ja', callback_data: 'yes:c1'}], [{text: 'Nein', callback_data: 'no:c1'}]],
    }
    const content = {kind: 'decision', queryId: 'q', confirmation: 'c1'}
    expect(readIncoming(press('no:c1', {reply_markup}))).toMatchObject({
      ...{updateId: 7, chatId: 42, messageId: 3, userId: '42'},
      content: {...content, accepted: false, label: 'Nein'},
    })
    // A question too old to be shown in full.
    expect(readIncoming(press('yes:c1'))).toMatchObject({content: {...content, accepted: true, label: 'Yes'}})
  })

  it.each([
    ['another button', press('buy:1')],
    ['one without an id', press('yes:')],
    ['one without its message', {update_id: 7, callback_query: {...press('yes:1').callback_query, message: undefined}}],
  ])('leaves out %s', (_, raw) => {
    expect(readIncoming(raw)).toBeUndefined()
  })

  const inGroup = (message: object) =>
    readIncoming(update({chat: {id: -1, type: 'supergroup'}, from: {id: 42, language_code: 'de'}, ...message}))
  const named = (text: string) => ({
    text,
    entities: [{type: 'mention', offset: text.indexOf('@'), length: (/@\w+/.exec(text)?.[0] ?? '').length}],
  })
  const captioned = (message: object) => ({
    ...{...message, caption: '@june_bot what is that?'},
    caption_entities: [{type: 'mention', offset: 0, length: 9}],
  })
  const answersHer = {reply_to_message: {from: {id: 4711}, text: 'x'}}
  const voice = {from: {id: 43}, voice: {...file, duration: 2}}

  it.each([
    ['what people say to each other', {text: 'hi'}, undefined, {kind: 'text', text: 'hi'}],
    ['a mention', named('Hey @June_bot, hi'), 'mention', {kind: 'text', text: 'Hey , hi'}],
    ['a mention of somebody else', named('@ada hi'), undefined, {kind: 'text', text: '@ada hi'}],
    ['an answer to her', {text: 'why?', ...answersHer}, 'reply', {kind: 'text', text: 'why?'}],
    [
      'a mention of a voice',
      {...named('@june_bot'), reply_to_message: voice},
      'mention',
      {kind: 'sound', fileId: 'f', seconds: 2},
    ],
    [
      'a question about a voice',
      {...named('@june_bot is that so?'), reply_to_message: voice},
      'mention',
      {kind: 'sound', fileId: 'f', seconds: 2, question: 'is that so?'},
    ],
    [
      'a question about a text',
      {...named('@june_bot why?'), reply_to_message: {from: {id: 43}, text: 'It rains.'}},
      'mention',
      {kind: 'text', text: '“It rains.”\n\nwhy?'},
    ],
    ['a command', {text: '/status'}, 'command', {kind: 'command', name: 'status'}],
    ['a command that names her', {text: '/status@June_bot'}, 'mention', {kind: 'command', name: 'status'}],
    ['a photo whose caption names her', captioned({photo: []}), 'mention', {kind: 'unsupported'}],
    ['a photo that answers her', {photo: [], ...answersHer}, 'reply', {kind: 'unsupported'}],
  ])('reads in a group %s', (_: string, message: object, addressed: unknown, content: unknown) => {
    expect(inGroup(message)).toEqual({
      ...{updateId: 7, chatId: -1, messageId: 3, userId: '42', language: 'de'},
      group: {addressed},
      content,
    })
  })

  it.each([
    ['a command of another bot', {text: '/status@other_bot'}],
    ['a photo', {photo: []}],
    ['a sticker by which somebody nods to her', {sticker: {}, ...answersHer}],
  ])('leaves out %s in a group', (_, message) => {
    expect(inGroup(message)).toBeUndefined()
  })

  it.each([
    ['a channel', {chat: {id: -1, type: 'channel'}, from: undefined, text: 'hi'}],
    ['another bot', {from: {id: 1, is_bot: true}, text: 'hi'}],
    ['a service message', {pinned_message: {}}],
  ])('leaves out %s', (_, message) => {
    expect(readIncoming(update(message))).toBeUndefined()
  })
})
