import type {Carrier} from './carrier.ts'

/** What becomes of messages that come while another one of their chat is being answered. */
export const overlaps = ['queue', 'collect', 'interrupt'] as const

/** `queue`: each is answered, in order. `collect`: those that wait are answered together. `interrupt`: the newest is; what was being answered ends. */
export type Overlap = (typeof overlaps)[number]

/** What an answer knows of the job it is for. */
export interface AnswerContext {
  id: string
  /** Aborted where the service stops, somebody says stop, or a newer message takes its place. */
  signal: AbortSignal
  /** What was noted with the job, also before a crash. */
  mark: string | undefined
  /** Notes something with the job; it outlives a crash. @throws CANCELLED */
  note(mark: string): Promise<void>
}

/** What delivery needs of a platform to take over what arrives. */
export interface ChannelIntake<Message> {
  /** `telegram`, for the log. */
  name: string
  /** Identifies a message among all of the platform: letters, digits, `_` and `-`. */
  idOf(message: Message): string
  /** Messages of one lane are answered one after the other, in order: those of one chat. */
  laneOf(message: Message): string
  /** What is to be kept and answered of a message that has arrived; undefined: nothing. */
  admit(message: Message): Message | undefined | Promise<Message | undefined>
  /** Told what became of each message that came: kept, or dropped. */
  count?(message: Message, kept: boolean): void
  /** Told of a message that has to wait until others are answered, and how many of them there are. What fails in it is of no consequence. */
  waits?(message: Message, before: number): void
  /** Whether a message asks to stop what is being answered in its lane; it is answered itself. */
  stops?(message: Message): boolean
  /** Now and then: removes what it kept of messages that ended without a word. */
  prune?(): Promise<void>
}

/** What a platform is to delivery: how its messages are told apart, answered and sent. Delivery does all else. */
export interface ChannelAdapter<Message, Part> extends ChannelIntake<Message> {
  /** Whether it is answered however late. Default: nothing is, after a day. */
  lasts?(message: Message): boolean
  /** Whether a process may end of answering it: what only looks something up is not suspected. Default: all may. */
  needsTurn?(message: Message): boolean
  /**
   * Makes the answer; what goes wrong in it is told in words.
   * @throws CANCELLED when the signal has aborted; anything else is tried again, and at last given up
   */
  answer(message: Message, context: AnswerContext): Promise<Part[]>
  /** Carries the parts of an answer to where the message came from. */
  carrierOf(message: Message, mark: string | undefined): Carrier<Part>
  /** Told of a message that has ended, whatever became of it; what it throws is logged. */
  ended?(message: Message): Promise<void>
  /** Says that a message is given up. */
  gaveUp(message: Message): Part[]
  /** Whether a later message takes the place of one that waits, as what it was changed to. */
  supersedes?(later: Message, earlier: Message): boolean
  /** Default: `queue`. */
  overlapOf?(message: Message): Overlap | Promise<Overlap>
  /** ms that those are waited for which were sent together with a message, and come one by one. Default: 0. */
  gatherMs?(message: Message): number
  /** Whether two were sent together: they are answered so, whatever becomes of others that overlap. */
  belongs?(first: Message, next: Message): boolean
  /** One message that asks what several ask, in order; undefined where they cannot be answered together. */
  join?(first: Message, next: Message): Message | undefined
}
