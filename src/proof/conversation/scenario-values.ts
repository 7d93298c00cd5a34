import * as z from 'zod'

/** `1.2s` or `300ms`; as ms. A number without its unit is an error: nobody can tell which was meant. */
export const duration = z
  .string({error: 'expected a time with its unit, as 1.2s or 300ms'})
  .regex(/^\d+(\.\d+)?(ms|s)$/, {error: 'expected a time with its unit, as 1.2s or 300ms'})
  .transform(text => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : 1000))

/** Level beside that of a person who speaks as usual. */
export const db = z.number().min(-80).max(20)

/** `/…/i`: a regular expression; anything else: words. */
export const pattern = z.string().transform((text, context) => {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? []
  if (source === undefined) return text
  try {
    return new RegExp(source, flags)
  } catch (error) {
    context.issues.push({code: 'custom', message: error instanceof Error ? error.message : String(error), input: text})
    return z.NEVER
  }
})

export type Pattern = z.output<typeof pattern>
