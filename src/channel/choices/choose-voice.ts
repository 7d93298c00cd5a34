import type {TextToSpeech} from '../../tts/port.ts'
import type {Chats} from '../chats.ts'
import type {Words} from '../words/words.ts'

/** A name that is longer is cut where it is repeated. */
const maxName = 50

/**
 * What `/voice` does: tells the voice of a chat and which there are, or changes it.
 * @param asked a voice id, `default`, or empty
 * @throws STORE_UNAVAILABLE, DISK_FULL, ENGINE_UNAVAILABLE
 */
export const chooseVoice = async (
  asked: string,
  chat: string,
  {
    chats,
    tts,
    words,
  }: {chats: Pick<Chats, 'of' | 'choose'>; tts: Pick<TextToSpeech, 'voices' | 'defaultVoice'>; words: Words},
): Promise<string> => {
  const name = asked.trim()
  const voices = (await tts.voices()).map(({id}) => id)
  const usual = tts.defaultVoice ?? 'default'
  const choice = words('voiceChoice', {voices})
  if (name === '') return `${words('voiceIs', {voice: (await chats.of(chat)).voice ?? usual})}\n\n${choice}`
  if (name.toLowerCase() === 'default') {
    await chats.choose(chat, {voice: undefined})
    return words('voiceSet', {voice: usual})
  }
  const voice = voices.find(id => id.toLowerCase() === name.toLowerCase())
  if (!voice) return `${words('voiceUnknown', {voice: name.slice(0, maxName)})}\n\n${choice}`
  await chats.choose(chat, {voice})
  return words('voiceSet', {voice})
}
