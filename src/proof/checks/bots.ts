// What the checks of bots have in common, whatever the platform.
import {readAudio} from '../../audio/decode/decode.ts'
import {peak, toDbfs} from '../../audio/dsp/levels.ts'
import {encodeToBytes} from '../../audio/encode/encode.ts'
import {one} from '../../kit/flow/iterate.ts'
import {expectEqual, expectMatch, expectNear} from './expect.ts'
import {mockPeakDb, mockRate, mockSpeechMs} from './mock-speech.ts'
import {syllables, toneRate} from './tones.ts'

/** What is only a demonstration, told once in each chat. */
export const demo = /stand-in[^\0]*mock/

/** The beginning of what `/status` tells in mock mode. */
export const mockStatus =
  /^Bot: online\nSpeech recognition: online, mock on cpu.*\nAnswers: online, mock on cpu.*\nSpeech synthesis: online, mock tones/

/** OGG/Opus of 2.5 s, in which the mock hears "This is a test". */
export const testNote = (signal: AbortSignal): Promise<Uint8Array> =>
  encodeToBytes(one({pcm: syllables(2.5), sampleRate: toneRate}), 'ogg', {signal})

/** The voice of an answer is as long and as loud as the mock speaks it. @returns s that it lasts  @throws UNHEALTHY */
export const expectSpoken = async (
  answer: string,
  voice: Uint8Array,
  {speed, signal}: {speed: number; signal: AbortSignal},
): Promise<number> => {
  const pcm = await readAudio({bytes: voice}, {sampleRate: mockRate, signal})
  const seconds = mockSpeechMs(answer, speed) / 1000
  expectNear('the length of the voice message, in s', pcm.length / mockRate, seconds, 0.05)
  expectNear('the level of the voice message, in dBFS', toDbfs(peak(pcm)), mockPeakDb, 3)
  return seconds
}

/** @param patterns of the texts, one for each message  @throws UNHEALTHY */
export const expectTexts = (
  what: string,
  texts: readonly (string | undefined)[],
  patterns: readonly RegExp[],
): void => {
  expectEqual(`how many messages answer ${what}`, [texts.length, texts], [patterns.length, texts])
  for (const [at, pattern] of patterns.entries()) expectMatch(`answer ${at + 1} to ${what}`, texts[at], pattern)
}

/** What is told of what cannot be answered: a picture, noise, and an hour of speech. @throws UNHEALTHY */
export const expectRefusals = (texts: readonly (string | undefined)[]): void =>
  expectTexts(
    'a picture, noise and an hour',
    texts.filter(text => !demo.test(text ?? '')),
    [/^I understand voice messages/, /^I cannot read that sound/, /^That is too long for me/],
  )

/** Settings of a bot, beside those of its platform. @param platform `TELEGRAM` @param people who may talk to it */
export const botEnv = (platform: string, people: Record<string, string | number>): Record<string, string> => ({
  [`${platform}_AUTHORIZED_USERS`]: Object.values(people).join(','),
  [`${platform}_RATE_LIMIT_PER_MINUTE`]: '1000',
  [`${platform}_RATE_LIMIT_PER_HOUR`]: '1000',
  [`${platform}_RATE_LIMIT_PER_DAY`]: '1000',
  [`${platform}_MAX_FILE_SIZE`]: '1000000',
  [`${platform}_MAX_DURATION_SECONDS`]: '60',
  // The mock's voice, not one of the real engines.
  TTS_VOICE_ID: 'default',
})
