import type {LeaveReason} from './port.ts'

/** What June writes into the chat of a voice channel; of what was asked for there is nothing to say. */
export const voiceTexts = {
  rejoining: 'I hear that somebody speaks, but cannot make out a word: the call has lost my key. I join again.',
  left: {
    asked: undefined,
    empty: 'Nobody is here whom I may talk to: I have left. /join brings me back.',
    removed: undefined,
    lost: 'I lost the connection to this channel and could not get it back. /join brings me back.',
    deaf: 'I still cannot make out a word here, and leave. /join brings me back.',
  } satisfies Record<LeaveReason, string | undefined>,
}
