import type {Chats, Choices} from '../chats.ts'
import type {Words} from '../words/words.ts'

/** A name that is longer is cut where it is repeated. */
const maxName = 50

/** What each way of answering changes, and what is said to that. */
const modes = {
  voice: {change: {reply: 'voice'}, said: 'replyVoice'},
  text: {change: {reply: 'text'}, said: 'replyText'},
  both: {change: {reply: 'both'}, said: 'replyBoth'},
  same: {change: {reply: 'same'}, said: 'replySame'},
  mention: {change: {hears: 'mention'}, said: 'groupMention'},
  reply: {change: {hears: 'reply'}, said: 'groupReply'},
  always: {change: {hears: 'always'}, said: 'groupAlways'},
  queue: {change: {overlap: 'queue'}, said: 'overlapQueue'},
  collect: {change: {overlap: 'collect'}, said: 'overlapCollect'},
  interrupt: {change: {overlap: 'interrupt'}, said: 'overlapInterrupt'},
} as const satisfies Record<string, {change: Choices; said: string}>

type Mode = keyof typeof modes

const isMode = (name: string): name is Mode => Object.hasOwn(modes, name)

/**
 * What `/mode` does: tells how June answers in a chat and which ways there are, or changes one.
 * @param asked one of them, or empty
 * @throws STORE_UNAVAILABLE, DISK_FULL
 */
export const chooseMode = async (
  asked: string,
  chat: string,
  {chats, words, isGroup}: {chats: Pick<Chats, 'of' | 'choose'>; words: Words; isGroup: boolean},
): Promise<string> => {
  const name = asked.trim().toLowerCase()
  if (isMode(name)) {
    const {change, said} = modes[name]
    await chats.choose(chat, change)
    return words(said)
  }
  if (name !== '') return words('modeUnknown', {mode: name.slice(0, maxName), modes: Object.keys(modes)})
  const {reply = 'same', hears = 'reply', overlap = 'queue'} = await chats.of(chat)
  const now: Mode[] = [reply, ...(isGroup ? [hears] : []), overlap]
  return [
    ...now.map(mode => words(modes[mode].said)),
    '',
    ...Object.entries(modes).map(([mode, {said}]) => `/mode ${mode}\n${words(said)}`),
  ].join('\n')
}
