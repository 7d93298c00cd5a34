/**
 * June's name as recognisers write it, small. Whisper (base and tiny.en) was given "June, what time is it?" in twenty languages, by voices of Kokoro
 * and espeak-ng; what is another name or word of the language (John, Dio, You) is left out.
 */
const names = new Set(
  `june jun juno joon juni juin jún djun djune dschun dune giun giune jiun джун дюн жюн джюн τζουν τζούν γιουν γιούν जून जुन جون جوون جن ジューン ジュン 준 쥰 준아 朱恩
  琼`.split(/\s+/),
)

/** Scripts without spaces: what follows stands right behind it. */
const namesBefore = /^(ジューン|ジュン|朱恩|琼)/

/** What may stand before her name where she is spoken to. */
const greetings = new Set(
  `hey hi hello ok okay so and but well please yes no oh ah um hallo he na also bitte und danke hoi hé eh salut bonjour dis et hola oye y ciao ehi senti e olá
  oi ei ó hej hei hallå halla moi no niin cześć ej a привет эй слушай а γεια έι έλα merhaba selam ya مرحبا يا أهلا अरे नमस्ते हे सुनो ねえ やあ 안녕 야 저기 你好 嘿 喂 那`.split(
    /\s+/,
  ),
)

/** Before "June" at the end, where it is the month; and what goes on from it at the beginning. */
const monthBefore = new Set(
  `in of since until till by before after next last this every mid early late from to and or may im ab bis seit ende anfang mitte nächsten letzten diesen jeden
  und oder en de du fin début et ou i och slutet af og mid- w в`.split(/\s+/),
)
const monthBehind = /^(\d.*|and|or|of|to|through|und|oder|et|och|og)$/

const [sentence, clause] = [/[.!?;…。！？؟।]+/u, /[,:、，،—–]+/u]
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー`
const word = new RegExp(`[${unspaced}]+|[^\\s\\p{P}\\p{S}${unspaced}]+`, 'gu')

const wordsOf = (text: string): string[] => text.match(word) ?? []

/** The words without greetings before them. */
const bare = (words: readonly string[]): string[] => words.slice(words.findIndex(one => !greetings.has(one)))

const isName = (given: string | undefined): boolean =>
  given !== undefined && (names.has(given) || namesBefore.test(given))

/** Whether June is spoken to by her name: at the beginning of a sentence or at its end, or apart from the rest by commas. The month is not she. */
export const isNamed = (text: string): boolean =>
  text
    .normalize('NFC')
    // Vowels that Arabic may write or leave out.
    .replace(/[\u064b-\u0652]/g, '')
    .toLowerCase()
    .split(sentence)
    .some(one => {
      const clauses = one.split(clause).map(wordsOf)
      if (clauses.some(words => bare(words).length === 1 && isName(bare(words)[0]))) return true
      const [first, second] = bare(clauses[0] ?? [])
      if (isName(first) && !monthBehind.test(second ?? '')) return true
      const last = clauses.at(-1) ?? []
      return isName(last.at(-1)) && !monthBefore.has(last.at(-2) ?? '')
    })
