import type {SpokenWords} from './spoken-words.ts'

// Every repetition below has a bound or one possible start: hostile text must not take quadratic time.

/** An address ends before the punctuation of its sentence. */
const url = /<?\b(?:https?:\/\/|www\.)([^\s<>()[\]"'`*|\\]*[^\s<>()[\]"'`*|\\.,;:!?…。])>?/gi
const email = /<?\b([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})>?/g
const domain =
  /\b((?:[a-z0-9-]{1,63}\.){1,8}(?:com|org|net|edu|gov|io|ai|dev|app|info|eu|de|at|ch|fr|es|it|nl|uk|us|co))\b(?!\.\w)/gi
const emoji =
  /(?:\p{Extended_Pictographic}(?:\u{FE0F}|\u{200D}|[\u{E0020}-\u{E007F}]|\p{Emoji_Modifier})*|\p{Regional_Indicator})+/gu
const entities: Record<string, string> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' '}

/** One line, already without its block marks, as it is spoken: no markdown, tags, emoji nor control characters. */
export const spokenInline = (line: string, words: SpokenWords | undefined): string => {
  let text = line
    .replace(/\s+/g, ' ')
    .replace(/&(amp|lt|gt|quot|apos|#39|nbsp);/g, (_, name: string) => entities[name] ?? ' ')
    .replace(/!?\[([^\]]{0,500})\]\([^)]{0,500}\)/g, '$1')
    .replace(/\[\^[^\]]{0,100}\]/g, '')
    .replace(/\[([^\]]{0,500})\]\[[^\]]{0,100}\]/g, '$1')
    // The end of a link whose label began in the sentence before.
    .replace(/\]\((?:https?:|\/|#|mailto:)[^)]{0,500}\)/g, ' ')
  text = spokenAddresses(text, words)
    .replace(/<!--.*?(?:-->|$)/g, ' ')
    .replace(/<\/?[a-z][^<>]*>/gi, ' ')
    .replace(/\p{Emoji}\uFE0F?\u20E3/gu, key => key.charAt(0))
  text = spokenSigns(text, words)
    .replace(emoji, ' ')
    .replace(/\u{FE0F}|\u{20E3}|\p{Emoji_Modifier}|[\u{200B}\u{FEFF}\u{FFFC}\u{FFFD}]|\p{Cs}|\p{Co}|\p{Cn}/gu, '')
    .replace(/\p{Cc}/gu, ' ')
    .replace(/(?<=[\p{L}\p{N}])_+(?=[\p{L}\p{N}])/gu, ' ')
    .replace(/\|/g, ', ')
    .replace(/\\/g, ' ')
    .replace(/[*_`#~[\]{}]/g, '')
  return text
    .replace(/\( ?\)/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[,;:.!?…)](?:\s|$))/g, '')
    .replace(/,(?: ?,)+/g, ',')
    .replace(/^[ ,;:.!?)]+(?= )|(?<![ ,])[ ,]+$/g, '')
    .trim()
}

/** "ann at example dot com"; of a URL its host only, as nobody can follow a path by ear. */
const spokenAddresses = (text: string, words: SpokenWords | undefined): string => {
  const dotted = (name: string): string => (words ? name.replaceAll('.', ` ${words.dot} `) : name)
  return text
    .replace(url, (_, address: string) => dotted((address.split(/[/?#:]/)[0] ?? '').replace(/^www\./i, '')))
    .replace(email, (all, name: string, host: string) => (words ? `${dotted(name)} ${words.at} ${dotted(host)}` : all))
    .replace(domain, dotted)
}

/** Signs as words where we know the language's; otherwise the voice reads them its own way. */
const spokenSigns = (text: string, words: SpokenWords | undefined): string => {
  const known = text
    .replace(/(?<=\d) ?\* ?(?=\d)/g, ' × ')
    .replace(/\b([CFJ])#/g, '$1 sharp')
    .replace(/ ?(?:[→⇒➜]|[-=]>) ?/g, ', ')
  if (!words) return known
  const money = (amount: string, sign: string): string => {
    const [one, more] = words.money[sign] ?? [sign, sign]
    return `${amount} ${amount === '1' ? one : more}`
  }
  return known
    .replace(/([$€£¥]) ?(\d{1,15}(?:[.,]\d{1,6}){0,5})/g, (_, sign: string, amount: string) => money(amount, sign))
    .replace(/(?<![\d.,])(\d{1,15}(?:[.,]\d{1,6}){0,5}) ?([$€£¥])/g, (_, amount: string, sign: string) =>
      money(amount, sign),
    )
    .replace(/(?<=\d)\s?%/g, ` ${words.percent}`)
    .replace(/ ?& ?/g, ` ${words.and} `)
    .replace(/#(?=\d)/g, `${words.number} `)
    .replace(/~(?=\d)/g, `${words.about} `)
}
