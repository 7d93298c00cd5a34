import {JetStreamApiCodes, JetStreamApiError} from '@nats-io/jetstream'
import {type KV, Kvm} from '@nats-io/kv'
import type * as z from 'zod'
import {EssenceError} from '../../../kit/errors.ts'
import type {Nats, NatsUse} from './connection.ts'

/** A record with the revision it was read at; `value` is undefined where there is none. */
export interface Versioned<T> {
  value: T | undefined
  /** 0: there never was one. */
  revision: number
}

/** Records that are read beside each other. */
const readAtOnce = 64

/** Records of a key-value bucket, each changed by compare-and-set. */
export class Bucket {
  readonly #nats: Nats
  readonly #name: string
  readonly #opened = new WeakMap<NatsUse, Promise<KV>>()

  constructor(nats: Nats, name: string) {
    this.#nats = nats
    this.#name = name
  }

  /** @throws STORE_UNAVAILABLE, also where it is no such record */
  async read<T>(key: string, schema: z.ZodType<T>): Promise<Versioned<T>> {
    const entry = await this.#use(kv => kv.get(key))
    if (!entry) return {value: undefined, revision: 0}
    const {revision} = entry
    return {value: entry.operation === 'PUT' ? parsed(key, entry.string(), schema) : undefined, revision}
  }

  /** Writes, or, without a value, removes what has this revision. @returns the new revision; undefined: it was changed meanwhile */
  async write(key: string, value: unknown, revision: number): Promise<number | undefined> {
    return await this.#use(async kv => {
      try {
        if (value !== undefined) return await kv.put(key, JSON.stringify(value), {previousSeq: revision})
        await kv.delete(key, {previousSeq: revision})
        return revision
      } catch (error) {
        if (error instanceof JetStreamApiError && wasChanged.has(error.code)) return undefined
        throw error
      }
    })
  }

  /**
   * Reads, changes and writes, again where somebody else has written meanwhile.
   * @param change gives the new record, `null` to remove it, or the one it was given to leave it
   * @param known read or written before: saves the first look where nothing has changed since
   */
  async alter<T extends object>(
    key: string,
    schema: z.ZodType<T>,
    change: (value: T | undefined) => T | undefined | null,
    known?: Versioned<T>,
  ): Promise<Versioned<T>> {
    for (let current = known ?? (await this.read(key, schema)); ; current = await this.read(key, schema)) {
      const next = change(current.value)
      if (next === current.value || (next === null && current.value === undefined)) return current
      const revision = await this.write(key, next ?? undefined, current.revision)
      if (revision !== undefined) return {value: next ?? undefined, revision}
    }
  }

  /** All whose keys match, where `*` is one token; also what was removed, without a value. */
  async *all<T>(pattern: string, schema: z.ZodType<T>): AsyncGenerator<{key: string} & Versioned<T>> {
    // No history of the client's: what it reads by may end without a word.
    const prefix = `$KV.${this.#name}.`
    const {subjects} = await this.#use(async (_, {jsm}) => {
      const {state} = await jsm.streams.info(`KV_${this.#name}`, {subjects_filter: `${prefix}${pattern}`})
      return state
    })
    const keys = Object.keys(subjects ?? {}).map(subject => subject.slice(prefix.length))
    while (keys.length > 0) {
      const some = keys.splice(0, readAtOnce)
      yield* await Promise.all(some.map(async key => ({key, ...(await this.read(key, schema))})))
    }
  }

  /** Forgets a record, as it was at this revision, and that there was one. */
  async forget(key: string, revision: number): Promise<void> {
    const filter = `$KV.${this.#name}.${key}`
    await this.#nats.use(({jsm}) => jsm.streams.purge(`KV_${this.#name}`, {filter, seq: revision + 1}))
  }

  #use<T>(work: (kv: KV, use: NatsUse) => Promise<T>): Promise<T> {
    return this.#nats.use(async use => {
      const opening =
        this.#opened.get(use) ?? new Kvm(use.js).create(this.#name, {history: 1, storage: 'file', allow_direct: false})
      this.#opened.set(use, opening)
      opening.catch(() => this.#opened.delete(use))
      return await work(await opening, use)
    })
  }
}

const wasChanged = new Set<number>([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
])

const parsed = <T>(key: string, text: string, schema: z.ZodType<T>): T => {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new EssenceError('STORE_UNAVAILABLE', `The record ${key} in NATS cannot be read.`, {cause})
  }
}

/** As one token of a key or subject: letters, digits, `_` and `-` as they are, of others the number. */
export const token = (text: string): string =>
  text.replaceAll(/[^\w-]/gu, character => `=${character.codePointAt(0)?.toString(16)}=`)
