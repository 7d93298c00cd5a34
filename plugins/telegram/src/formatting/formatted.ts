import * as z from 'zod'

/**
 * A piece of a text that is shown otherwise, in UTF-16 code units: https://core.telegram.org/bots/api#messageentity. Unlike marks
 * within the text, it cannot be unbalanced, and a text that is cut keeps it on both sides.
 */
export const entitySchema = z.object({
  type: z.enum(['bold', 'italic', 'strikethrough', 'code', 'pre', 'blockquote', 'text_link']),
  offset: z.int().nonnegative(),
  length: z.int().positive(),
  url: z.string().optional(),
  language: z.string().optional(),
})

export type Entity = z.infer<typeof entitySchema>

export interface Formatted {
  text: string
  entities: Entity[]
}

/** Entities of one message at most; what is beyond is shown as it is. */
const maxEntities = 100

/** Texts one below the other, with an empty line between them. */
export const joined = (parts: readonly (Formatted | string)[]): Formatted => {
  const out = new FormattedWriter()
  for (const part of parts) {
    const {text, entities} = typeof part === 'string' ? {text: part, entities: []} : part
    if (text === '') continue
    out.gap()
    const at = out.length
    out.write(text)
    for (const entity of entities) out.mark({...entity, offset: entity.offset + at})
  }
  return out.formatted()
}

/** The entities of a part of a text. @param start where the part begins, in UTF-16 code units */
export const entitiesWithin = (entities: readonly Entity[], start: number, length: number): Entity[] =>
  entities
    .flatMap(entity => {
      const from = Math.max(entity.offset, start)
      const to = Math.min(entity.offset + entity.length, start + length)
      return to > from ? [{...entity, offset: from - start, length: to - from}] : []
    })
    .slice(0, maxEntities)

/** Writes a text with its entities, piece by piece. */
export class FormattedWriter {
  #text = ''
  readonly #entities: Entity[] = []

  get length(): number {
    return this.#text.length
  }

  write(text: string): void {
    this.#text += text
  }

  mark(entity: Entity): void {
    this.#entities.push(entity)
  }

  /** Marks what is written meanwhile; blanks at its ends are not. */
  marked(entity: Pick<Entity, 'type' | 'url' | 'language'>, write: () => void): void {
    const from = this.length
    write()
    const written = this.#text.slice(from)
    const offset = from + written.length - written.trimStart().length
    const length = written.trim().length
    if (length > 0) this.mark({...entity, offset, length})
  }

  /** Between two blocks. */
  gap(): void {
    if (this.#text !== '') this.#text = `${this.#text.trimEnd()}\n\n`
  }

  line(): void {
    if (this.#text !== '' && !this.#text.endsWith('\n')) this.#text += '\n'
  }

  formatted(): Formatted {
    const text = this.#text.trimEnd()
    return {
      text,
      entities: this.#entities
        .filter(({offset}) => offset < text.length)
        .map(entity => ({...entity, length: Math.min(entity.length, text.length - entity.offset)})),
    }
  }
}
