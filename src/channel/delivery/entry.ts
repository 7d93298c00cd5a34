import * as z from 'zod'

/**
 * `received`: to be answered. `working`: its answer is being thought of. `suspect`: it was when a process ended without
 * warning, and has not been tried by itself since. `sending`: its answer goes out, part by part. `done`: answered; kept,
 * without content, so that the same message is not answered again when the platform repeats it.
 */
const states = ['received', 'working', 'suspect', 'sending', 'done'] as const

/** How far the sending of an answer has come. */
const sendingSchema = <Part extends z.ZodType>(part: Part) =>
  z.object({
    /** As much of each as is needed to send it after another start. */
    parts: z.array(part),
    /** The part that is sent next, or, `inFlight`, is being sent. */
    next: z.int().nonnegative(),
    inFlight: z.boolean(),
    /** Of some part it is unknown whether it arrived: a note says so at the end. */
    uncertain: z.boolean(),
  })

/** What is kept of a message until it is answered, and for a while after. */
export const entrySchema = <Message extends z.ZodType, Part extends z.ZodType>(message: Message, part: Part) =>
  z.object({
    id: z.string().regex(/^[\w-]+$/),
    state: z.enum(states),
    /** ms since the epoch. */
    receivedAt: z.number(),
    /** Times the process ended without warning while it worked on this message alone. */
    crashes: z.int().nonnegative(),
    message: message.optional(),
    sending: sendingSchema(part).optional(),
  })

export type Entry<Message, Part> = z.infer<ReturnType<typeof entrySchema<z.ZodType<Message>, z.ZodType<Part>>>>
