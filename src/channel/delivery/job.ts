import * as z from 'zod'

/** How far the sending of an answer has come. */
export const progressSchema = <Part extends z.ZodType>(part: Part) =>
  z.object({
    /** As much of each as is needed to send it after another start. */
    parts: z.array(part),
    /** The part that is sent next, or, `inFlight`, is being sent. */
    next: z.int().nonnegative(),
    inFlight: z.boolean(),
    /** ms since the epoch when the part in flight was first sent, where that matters: the platform knows it again for a while. */
    since: z.number().optional(),
    /** Of some part it is unknown whether it arrived: a note says so at the end. */
    uncertain: z.boolean(),
  })

export type Progress<Part> = z.infer<ReturnType<typeof progressSchema<z.ZodType<Part>>>>

/** A message of a person, until it is answered. */
export interface Job<Message, Part> {
  /** Of the platform: the same message has the same one whenever it comes. */
  id: string
  /** Jobs of one lane, as a chat is one, are worked in the order in which they came, one at a time. */
  lane: string
  /** `received`: to be answered. `sending`: its answer goes out, part by part. */
  state: 'received' | 'sending'
  /** ms since it was received, or since the clock was set: what waits then counts as just received. */
  ageMs: number
  message: Message
  progress?: Progress<Part> | undefined
  /** Jobs behind it in its lane that are answered with it. */
  joined: readonly string[]
  /** What the channel noted with it, as the id of a message that already shows the answer. */
  mark?: string | undefined
  /** Times a process ended without warning while it worked on this one alone. */
  crashes: number
  /** Times working on it failed. */
  tries: number
  /** Times what it needed was out of reach. */
  outages: number
  /** A process ended without warning while it worked on this one, perhaps because of it. */
  suspect: boolean
}

export type JobChange<Part> = Partial<{
  state: 'received' | 'sending'
  progress: Progress<Part>
  joined: readonly string[]
  mark: string
  /** It is worked on with nothing beside it: a process that ends now was ended by it. */
  alone: boolean
  /** The platform asked for a pause: whoever goes on with it does so after that. */
  waitMs: number
}>

/** Why a job is given back before it has ended. */
export interface Setback {
  why: string
  /** It is left alone for so long. */
  afterMs: number
  /** What it needed was out of reach: no failure of its own. */
  outage: boolean
}

/** What is stored of a message. Where it was received before, by an earlier version: how far its answer was sent, and when it came. */
export interface Received<Message, Part> extends Pick<Job<Message, Part>, 'id' | 'lane' | 'message' | 'progress'> {
  /** ms since the epoch. Default: now. */
  receivedAt?: number | undefined
}

/** How a job ends: its answer was given, or is given up (a dead letter, which is kept for who looks into it). */
export type JobEnd = {state: 'done'} | {state: 'dead'; failure: string}

/** What waits in a lane, or is worked on elsewhere. */
export type Waiting<Message> = Pick<Job<Message, never>, 'id' | 'message'>

/** Messages of one channel that are to be answered, kept where a crash does not reach them, for any number of workers. */
export interface Jobs<Message, Part> {
  /** Whether a message has come before. @throws as all of them STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
  knows(id: string): Promise<boolean>
  /** Stores a message; one that is known stays as it is. When this resolves it outlives a crash. */
  receive(job: Received<Message, Part>): Promise<void>
  /** Takes the oldest job that is the first of its lane and that nobody works on; undefined: there is none now. */
  claim(): Promise<Job<Message, Part> | undefined>
  /** Changes a job that was claimed here. @throws CANCELLED: another worker has taken it over, or it was dropped */
  change(id: string, change: JobChange<Part>): Promise<void>
  /** Ends a job that was claimed here, with those it was joined by. Its content is forgotten, but that of a dead letter. @throws CANCELLED */
  end(id: string, end: JobEnd, joined?: readonly string[]): Promise<void>
  /** Ends jobs that nobody has begun. */
  drop(ids: readonly string[]): Promise<void>
  /** Gives a job back, for anybody to take after the pause it is in; a stop is no crash. @param setback is counted */
  release(id: string, setback?: Setback): Promise<void>
  /** Jobs of a lane that are to be answered and that nobody works on, in order. */
  waiting(lane: string): Promise<Waiting<Message>[]>
  /** Asks whoever works on a lane to stop, and ends what waits there. */
  stop(lane: string, except: string): Promise<void>
  /** Says that what was claimed here is still worked on. @returns ids of all of it */
  renew(): Promise<string[]>
  /** Ids of what was claimed here and is to be stopped. */
  stopped(): Promise<string[]>
  /** How many wait, are worked on, and were given up. */
  count(): Promise<{waiting: number; working: number; dead: number}>
  /** Forgets what was answered so long ago that the platform cannot repeat it. */
  prune(): Promise<void>
  /** Takes back what an earlier process of the same name had claimed: it is gone. */
  reclaim(): Promise<void>
  /** Resolves when there may be something new, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void>
  /** What is said of the queue; @throws also where its server is away. Default: of what `count` says. */
  status?(): Promise<QueueStatus>
  close(): Promise<void>
}

/** A queue, for `GET /queue/status`: words of work on NATS, jobs elsewhere. */
export interface QueueStatus {
  stream_name: string
  subject: string
  messages: number
  bytes: number
  first_seq: number
  last_seq: number
  consumer_count: number
  consumer: {pending: number; delivered: number}
}
