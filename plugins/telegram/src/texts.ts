import type {RecordingLimits} from '@essence/core/channel/recording-limits'

/** Everything the bot says that June did not think of. Plain text: no parse_mode is ever set. */

export const welcome = (name: string): string =>
  [
    `Hello, I am ${name}.`,
    '',
    '1. Send me a voice message.',
    '2. I listen to it and think of an answer, all on the machine of my owner.',
    '3. You get the answer as a voice message, with its text.',
    '',
    'You may write to me as well: then I write back. /help shows more.',
  ].join('\n')

export const help = ({maxBytes, maxSeconds}: RecordingLimits): string =>
  [
    'Send a voice message, an audio file or a video and I answer with a voice message.',
    'Send a text and I answer with a text. Change it, and I answer anew.',
    '',
    '/start  what I am',
    '/help  this list',
    '/status  what I run on and how fast it is',
    '/memory  what I know of you',
    '/forget  erase something of it, or everything',
    '/reset  begin a new conversation',
    '',
    `Limits: ${maxSeconds} seconds and ${(maxBytes / 1024 / 1024).toFixed(1)} MB for one message.`,
  ].join('\n')

export const unknownCommand = (name: string): string => `I do not know /${name}. /help shows what I know.`

export const stranger = (userId: string): string =>
  [
    'I only talk to people my owner has let in.',
    `Your Telegram id is ${userId}. My owner can add it to TELEGRAM_AUTHORIZED_USERS and start me again.`,
  ].join('\n')

export const tooMany = (retryAfterMs: number): string =>
  `That was a lot at once. Please wait ${spokenDuration(retryAfterMs)} before the next message.`

export const unsupported = 'I understand voice messages, audio files, videos and text. /help shows more.'

export const reset = 'I have forgotten our conversation. What I know of you stays: /memory shows it.'

export const resetAll = 'I have forgotten our conversation.'

/** @param lacks why, where that is known */
export const noMemory = (lacks: readonly string[]): string =>
  [`I remember nothing beyond our conversation${lacks.length > 0 ? `: ${lacks.join('; ')}` : ''}.`].join('\n')

export const nothingKnown =
  'I know nothing of you yet beyond our conversation. Tell me something, and I may remember it.'

export const known = (facts: readonly {text: string; id: string}[]): string =>
  ['What I know of you:', '', ...facts.map(({text, id}) => `${text}\n/forget_${id}`), '', forgetAllHint].join('\n')

const forgetAllHint = '“/forget everything” erases all of it. To correct something, tell me what is right.'

export const forgetWhat = `Which? /memory lists what I know, each with the command that erases it. ${forgetAllHint}`

export const unknownFact = (id: string): string => `I know nothing under ${id}. /memory lists what I know.`

export const forgotten = (text: string): string => `Forgotten: ${text}`

export const forgetEverything =
  'Shall I forget everything I know of you, and all our conversations? It cannot be undone.'

export const everythingForgotten = 'I have forgotten everything I knew of you.'

export const nothingForgotten = 'I have forgotten nothing.'

export const questionExpired = 'That question has expired. Please ask again.'

export const maybeReminded = (text: string): string => `You may have this reminder already: ${text}`

export const nothingToSay = 'I have nothing to say to that. Please try other words.'

export const interrupted = 'I was interrupted while I sent you my answer. If it did not arrive, please ask again.'

export const gaveUp = 'I tried to answer this several times and failed each time. Please try something else.'

export const demoNotice = (notices: readonly string[]): string => notices.join('\n')

export const stages = {
  listening: 'Listening…',
  thinking: 'Thinking…',
  speaking: 'Speaking…',
  sending: 'Sending my voice message…',
} as const

export const notFetched = 'I could not fetch your message from Telegram. Please send it again.'

const spokenDuration = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 120) return `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}
