import {z} from 'zod'
import {pathOf, refusal} from '../openai/errors.ts'

const formats = ['json', 'text', 'srt', 'verbose_json', 'vtt'] as const

/** What translations and transcriptions are asked with; what is not named here is not looked at. */
export const translationFields = z.object({
  model: z.string().min(1).max(200),
  prompt: z.string().max(8000).optional(),
  response_format: z.enum(formats).default('json'),
  temperature: z.coerce.number().min(0).max(1).default(0).describe('Accepted; recognition finds its own'),
})

export const transcriptionFields = translationFields
  .extend({
    language: z.string().max(20).optional().describe('ISO 639-1, or auto. Default: STT_LANGUAGE'),
    stream: z.stringbool().default(false),
    timestamp_granularities: z.array(z.enum(['word', 'segment'])).optional(),
    include: z.array(z.never('log probabilities are not told; expected nothing')).optional(),
  })
  .refine(({timestamp_granularities: asked, response_format: format}) => !asked || format === 'verbose_json', {
    path: ['timestamp_granularities'],
    error: 'times are told in verbose_json only',
  })

export type TranscriptionFields = z.infer<typeof transcriptionFields>

/** Fields that may come several times. */
const lists: readonly string[] = ['timestamp_granularities', 'include']

/** A form as the documents of the API show it. */
export const formOf = (fields: z.ZodObject) =>
  fields.extend({
    file: z.string().meta({format: 'binary', description: 'The recording: any usual container and codec'}),
  })

/** The fields of a form, checked; one that is empty counts as not sent. @throws USAGE, naming the first that is wrong */
export const checkedFields = <T extends z.ZodType>(schema: T, sent: ReadonlyMap<string, string[]>): z.infer<T> => {
  const given = [...sent]
    .map(([name, values]) => [name, values.filter(value => value !== '')] as const)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => [name, lists.includes(name) ? values : values.at(-1)])
  const result = schema.safeParse(Object.fromEntries(given))
  if (result.success) return result.data
  const [issue] = result.error.issues
  const param = pathOf(issue?.path ?? [])
  throw refusal(`${param}: ${issue?.message}.`, {param, fault: 'invalid_value'})
}
