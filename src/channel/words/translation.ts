import type {en} from './languages/en.ts'

/** Forms of a text by its `{count:number}`, as https://cldr.unicode.org/index/cldr-spec/plural-rules names them. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & {other: string}

export type WordsKey = keyof typeof en

/** Everything a bot says, in one language: as many texts as English has. */
export type Translation = {readonly [K in WordsKey]: (typeof en)[K] extends string ? string : Plural}
