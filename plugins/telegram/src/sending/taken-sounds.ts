import type {Chats, Choices} from '@essence/core/channel/chats'

/** How an answer can be heard: as a voice message, or as a file with a player. */
export type SoundKind = 'voice' | 'audio'

/** ms for which a refusal is believed: people change their privacy settings, and owners what may be sent to a group. */
const believedMs = 24 * 3_600_000

/** How an answer can be heard in a chat; undefined: not at all. @param now ms since the epoch */
export const takenSound = ({refusedVoiceAt, refusedAudioAt}: Choices, now: number): SoundKind | undefined => {
  const isRefused = (at: number | undefined): boolean => at !== undefined && now - at >= 0 && now - at < believedMs
  if (!isRefused(refusedVoiceAt)) return 'voice'
  return isRefused(refusedAudioAt) ? undefined : 'audio'
}

/** Remembers that a kind was refused. @throws STORE_UNAVAILABLE, DISK_FULL */
export const noteRefused = async (
  chats: Pick<Chats, 'choose'>,
  chat: string,
  kind: SoundKind,
  now: number,
): Promise<void> => {
  await chats.choose(chat, kind === 'voice' ? {refusedVoiceAt: now} : {refusedAudioAt: now})
}
