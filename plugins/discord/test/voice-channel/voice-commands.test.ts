import {wordsIn} from '@essence/core/channel/words/words'
import {EssenceError} from '@essence/core/kit/errors'
import {pino} from 'pino'
import {expect, it} from 'vitest'
import {answerVoiceCommand} from '../../src/voice-channel/voice-commands.ts'

const open = (failure?: Error) => {
  const joined: string[] = []
  const lines: string[] = []
  const context = {
    channels: {
      join: async (_: string, channelId: string) => {
        if (failure) throw failure
        joined.push(channelId)
      },
      leave: async () => joined.pop(),
    },
    voiceChannelOf: (_: string, userId: string) => (userId === '111' ? '1000' : undefined),
    words: wordsIn('en'),
    log: pino({}, {write: line => void lines.push(line)}),
  }
  const ask = (name: 'join' | 'leave', userId = '111', guildId: string | undefined = '900') =>
    answerVoiceCommand(name, {guildId, userId}, context)
  return {ask, lines, context}
}

it('goes where the person is, and leaves', async () => {
  const {ask} = open()
  expect(await ask('join')).toMatch('<#1000>')
  expect(await ask('leave')).toBe('I have left <#1000>.')
  expect(await ask('leave')).toMatch(/no voice channel/)
})

it('says what is missing', async () => {
  const {ask, context} = open()
  expect(await ask('join', '222')).toMatch(/enter a voice channel first/)
  expect(await answerVoiceCommand('join', {guildId: undefined, userId: '111'}, context)).toMatch(/on servers/)
})

it('says what to do where it is not let in, and nothing of what went wrong inside', async () => {
  expect(await open(new EssenceError('REMOTE_UNREACHABLE', 'no')).ask('join')).toBe(
    'I may not enter <#1000>, or not speak there.',
  )
  const broken = open(new Error('x is undefined'))
  expect(await broken.ask('join')).not.toMatch(/undefined/)
  expect(broken.lines.join()).toMatch(/x is undefined/)
})
