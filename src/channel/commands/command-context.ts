import type {TurnEngines} from '../../voice/turn.ts'
import type {Chats} from '../chats.ts'
import type {PersonLanguages} from '../language/person-languages.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import type {TurnLog} from '../turn-log.ts'
import type {Voices} from '../voices/voices.ts'

/** What answers to commands, and to messages, need of the service. */
export interface CommandContext {
  /** ISO 639-1 of what people speak, or `auto`; a person may choose another one. */
  language: string
  engines: TurnEngines & {notices: readonly string[]}
  limits: RecordingLimits
  turnLog: TurnLog
  /** What was chosen in each chat. */
  chats: Chats
  /** By the same keys. */
  languages: PersonLanguages
  /** Undefined where nobody is known by their voice. */
  voices?: Voices | undefined
  /** ms since the epoch. */
  now: () => number
  /** IANA name of the time zone people are told times in. Default: the machine's. */
  timeZone?: string | undefined
}
