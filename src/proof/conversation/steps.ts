import * as z from 'zod'
import {nearest} from '../../kit/nearest.ts'
import {db, duration, pattern} from './scenario-values.ts'

/** What a person says in one go: words, pauses, and the moment the network is lost. */
const part = z.union([z.string(), z.strictObject({pause: duration}), z.strictObject({drop: duration})], {
  error: 'expected words, {pause: 0.9s} or {drop: 2s}',
})
const words = z
  .union([z.string().transform(text => [text]), z.array(part).min(1)], {
    error: issue =>
      Array.isArray(issue.input)
        ? 'expected a list of words, {pause: 0.9s} and {drop: 2s}'
        : 'expected words, or a list of words and pauses',
  })
  .refine(parts => parts.some(each => typeof each === 'string'), {error: 'expected a word at least'})

const manner = {
  voice: z.string().optional(),
  speed: z.number().min(0.5).max(2).optional(),
  db: db.default(0),
  /** Where it is not the scenario's. */
  language: z.string().optional(),
}

/** After so much of June's answer was heard, in ms; without it at once. */
const after = duration.optional()

/** A sound that is no turn. */
const noise = z
  .strictObject({after, db: db.default(0)})
  .nullable()
  .transform(options => options ?? {after: undefined, db: 0})

const call = z.union([
  z.string().transform(name => ({name, arguments: {} as Record<string, unknown>})),
  z.strictObject({name: z.string(), arguments: z.record(z.string(), z.unknown()).default({})}),
])

const expectation = z
  .strictObject({
    /** ms after the person's last sound; of what is about June's own sound, it says when that begins. */
    within: duration.optional(),
    /** In what June heard. */
    heard: pattern.optional(),
    /** Share of words that may be heard wrong, 0 to 1, of what was said or of `heard`. */
    wer: z.number().min(0).max(1).optional(),
    /** In what June says. */
    says: pattern.optional(),
    function: call.optional(),
    /** June does not take what was said for over before it is. */
    whole: z.literal(true).optional(),
    /** June's answer is ended by the person. */
    interrupted: z.literal(true).optional(),
    /** ms after the person's sound begins until June is quiet. */
    quiet: duration.optional(),
    /** ms that June may be quiet before she goes on where she was. */
    resumes: duration.optional(),
  })
  .refine(value => Object.values(value).some(each => each !== undefined), {error: 'expected something to expect'})

/** What one person does, by the key that names the step. */
const schemas = {
  say: z.strictObject({say: words, ...manner}),
  interrupt: z.strictObject({interrupt: words, after: duration, ...manner}),
  recording: z.strictObject({recording: z.string(), text: z.string().optional(), db: db.default(0)}),
  // With words it is spoken; without, hummed.
  mhm: z.strictObject({
    mhm: z
      .strictObject({after, db: db.default(0), words: z.string().optional()})
      .nullable()
      .transform(options => options ?? {after: undefined, db: 0, words: undefined}),
  }),
  cough: z.strictObject({cough: noise}),
  silence: z.strictObject({silence: duration}),
  listen: z.strictObject({listen: z.strictObject({within: duration.optional()}).nullable()}),
  behind: z.strictObject({
    behind: z.union(
      [
        z.literal('nothing'),
        z.strictObject({voice: z.string(), db}),
        z.strictObject({music: z.literal(true), db}),
        z.strictObject({recording: z.string(), db}),
      ],
      {error: 'expected nothing, or {voice: words | music: true | recording: FILE, db: -15}'},
    ),
  }),
  echo: z.strictObject({
    echo: z.union([z.literal('off'), z.strictObject({db, delay: duration})], {
      error: 'expected off, or {db: -20, delay: 120ms}',
    }),
  }),
  drop: z.strictObject({drop: duration, after}),
  text: z.strictObject({text: z.string()}),
  commit: z.strictObject({commit: z.null()}),
  expect: z.strictObject({expect: expectation}),
  absent: z.strictObject({absent: z.enum(['response', 'speech', 'interruption']), for: duration}),
}

type StepName = keyof typeof schemas
type StepOf<Name extends StepName> = {kind: Name; line?: number} & z.output<(typeof schemas)[Name]>
type OwnStep = {[Name in StepName]: StepOf<Name>}[StepName]
/** A step of one person, or a second connection, on which steps are done beside those that follow. */
export type Step = OwnStep | {kind: 'another'; line?: number; another: OwnStep[]}
export type Words = z.output<typeof words>
export type Expectation = z.output<typeof expectation>
export type Manner = Pick<StepOf<'say'>, keyof typeof manner>
export type Behind = StepOf<'behind'>['behind']

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A step that has nothing to say about itself may stand as a word: `- cough`. */
const stepOf = <Kind extends string>(known: Record<Kind, z.ZodType>) => {
  const names = Object.keys(known) as Kind[]
  return z.unknown().transform((raw, context) => {
    const fail = (message: string, path: PropertyKey[] = []): void => {
      context.issues.push({code: 'custom', message, path, input: raw})
    }
    const value = typeof raw === 'string' ? {[raw]: null} : raw
    const typed = isMap(value) ? Object.keys(value) : []
    // `text` also says what a recording holds.
    const [name, ...more] = names.filter(
      each => typed.includes(each) && !(each === 'text' && typed.includes('recording')),
    )
    if (name === undefined) {
      const meant = typed.map(each => nearest(each, names)).find(each => each !== undefined)
      const found = typed.length === 0 ? '' : `; found ${typed.join(', ')}`
      fail(`expected one of ${names.join(', ')}${found}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`)
    } else if (more.length > 0) fail(`expected one step; found ${[name, ...more].join(' and ')}`)
    else {
      const parsed = known[name].safeParse(value)
      if (parsed.success) return {kind: name, ...(parsed.data as object)}
      for (const {message, path} of parsed.error.issues) fail(message, path)
    }
    return z.NEVER
  })
}

const listOf = <T>(step: z.ZodType) =>
  z.array(step).min(1, {error: 'expected a step at least'}) as unknown as z.ZodType<T[]>

const another = z.strictObject({another: listOf<OwnStep>(stepOf(schemas))})

export const stepsSchema = listOf<Step>(stepOf({...schemas, another}))
