import * as z from 'zod'
import {quantilesOf} from './quantiles.ts'
import {quantilesSchema} from './run.ts'

/** Figures of conversations; lists are ms, one for each time that it happened. */
const figuresSchema = z.object({
  /** What people said, and how often their turn was ended before they were done. */
  utterances: z.int(),
  cutOffs: z.int(),
  /** From the end of what was said to June's first sound; not of what was cut off. */
  voiceToVoice: z.array(z.number()),
  /** Sounds that are no turn (a cough, a voice behind, her own echo), heard while June spoke; and how often she ended her answer for one. */
  disturbances: z.int(),
  falseStops: z.int(),
  /** What was said into June's answer, and how often she spoke on for 2 s or more. */
  interruptions: z.int(),
  missedStops: z.int(),
  /** Until June was quiet once a person began to speak. */
  quietAfter: z.array(z.number()),
  /** That June was quiet for a sound that was no turn. */
  resumedAfter: z.array(z.number()),
  /** Turns taken where nobody said anything: while June's echo was in the microphone, and otherwise. */
  selfReplies: z.int(),
  falseTurns: z.int(),
  words: z.int(),
  wordErrors: z.int(),
  /** The most by which each microphone of the test sent a piece too late: a machine that is too busy to test on. */
  microphoneLate: z.array(z.number()),
})

const happeningSchema = z.object({
  /** ms from the beginning of the scenario. */
  atMs: z.number(),
  who: z.enum(['person', 'june', 'gateway', 'network']),
  what: z.string(),
})

const scenarioSchema = z.object({
  name: z.string(),
  description: z.string(),
  ms: z.number(),
  /** What was expected and did not happen; empty where all did. */
  failures: z.array(z.string()),
  figures: figuresSchema,
  happenings: z.array(happeningSchema),
})

export const conversationsSchema = z.object({
  scenarios: z.array(scenarioSchema),
  /** Of all scenarios. ms. */
  overall: figuresSchema.omit({voiceToVoice: true, quietAfter: true, resumedAfter: true, microphoneLate: true}).extend({
    voiceToVoice: quantilesSchema.optional(),
    quietAfter: quantilesSchema.optional(),
    resumedAfter: quantilesSchema.optional(),
    microphoneLate: quantilesSchema.optional(),
  }),
})

export type ConversationFigures = z.output<typeof figuresSchema>
export type ConversationScenario = z.output<typeof scenarioSchema>
export type Conversations = z.output<typeof conversationsSchema>

/** The figures of several conversations as one. */
export const mergedFigures = (all: readonly ConversationFigures[]): ConversationFigures => {
  const keys = Object.keys(figuresSchema.shape) as (keyof ConversationFigures)[]
  const merged = keys.map(key => [
    key,
    all
      .map(each => each[key])
      .reduce<number | number[]>(
        (sum, value) => (Array.isArray(value) ? [...(sum as number[]), ...value] : (sum as number) + value),
        figuresSchema.shape[key] instanceof z.ZodArray ? [] : 0,
      ),
  ])
  return Object.fromEntries(merged)
}

export const conversationsOf = (scenarios: ConversationScenario[]): Conversations => {
  const all = mergedFigures(scenarios.map(({figures}) => figures))
  const {voiceToVoice, quietAfter, resumedAfter, microphoneLate, ...counts} = all
  return {
    scenarios,
    overall: {
      ...counts,
      voiceToVoice: quantilesOf(voiceToVoice),
      quietAfter: quantilesOf(quietAfter),
      resumedAfter: quantilesOf(resumedAfter),
      microphoneLate: quantilesOf(microphoneLate),
    },
  }
}
