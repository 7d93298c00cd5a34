import type {ToolCall, ToolDefinition} from '../llm/port.ts'

/** For whom, and where, a tool is called. */
export interface ToolContext {
  speaker: string
  session: string
  /** Where the person is: `telegram`, `web`, `cli`. */
  channel: string
  /** ISO 639-1, where known. */
  language?: string | undefined
  /** What the person said in this turn: nothing else is noted of them. */
  said?: string | undefined
  /** Only these documents are searched, where given. */
  documents?: readonly string[] | undefined
  signal?: AbortSignal | undefined
}

/** What an answer leans on: a document and its page, spoken as its name. */
export interface Source {
  id: string
  name: string
  page?: number | undefined
}

/** A question whose answer decides whether something is done. */
export interface Confirmation {
  id: string
  tool: string
  /** The exact arguments, JSON text: what is confirmed is done, and nothing else. */
  arguments: string
  /** For the person, in their language. */
  question: string
  expiresAt: Date
}

export type ToolOutcome =
  | {kind: 'result'; text: string; sources?: Source[] | undefined}
  /** Goes back to the model, which may try again. */
  | {kind: 'error'; text: string}
  /** Nothing was done yet: the person is to be asked. */
  | {kind: 'confirm'; confirmation: Confirmation}

/** What the model may call. */
export interface Toolbox {
  /** In an order that does not change while it runs: prompts begin with them. */
  readonly definitions: readonly ToolDefinition[]
  /** What is missing now, for health and people: `MCP server files: …`. Empty where all is there. */
  readonly lacks: readonly string[]
  /**
   * Checks the arguments, and calls the tool, within its time and length; or asks first, where it changes the world, or where it would
   * keep something in a turn that has read what others wrote. Every call is audited.
   * What goes wrong is an outcome. @throws CANCELLED
   */
  call(call: ToolCall, context: ToolContext): Promise<ToolOutcome>
  /** What a person was asked and has not answered, if it has not expired: that of an id, or the last. */
  pending(context: Pick<ToolContext, 'speaker' | 'session'>, id?: string): Promise<Confirmation | undefined>
  /** Does what was confirmed, once; or drops it. An unknown, expired or already answered one is an error outcome. */
  decide(id: string, accepted: boolean, context: ToolContext): Promise<ToolOutcome>
  close(): Promise<void>
}

/** A reminder or timer whose time has come. */
export interface DueReminder {
  id: string
  speaker: string
  session: string
  channel: string
  /** What to say, in the person's language. */
  text: string
  language?: string | undefined
  dueAt: Date
}

export interface Reminder extends DueReminder {
  kind: 'timer' | 'reminder'
}

export interface Reminders {
  set(reminder: Omit<Reminder, 'id'>): Promise<Reminder>
  /** Those to come, soonest first. */
  list(speaker: string): Promise<Reminder[]>
  cancel(speaker: string, id: string): Promise<boolean>
  /** Those that are due on a channel, now and as they become due; one that is not `delivered` comes again after a restart. */
  due(channel: string, signal: AbortSignal): AsyncIterable<DueReminder>
  /** The channel has taken it over; it does not come again. */
  delivered(id: string): Promise<void>
  close(): Promise<void>
}
