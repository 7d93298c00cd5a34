import {emoji} from '../text/emoji.ts'
import {plainFormulas} from '../text/formulas.ts'

// Every repetition below has a bound or one possible start: hostile text must not take quadratic time.

/** An address ends before the punctuation of its sentence. */
const url = /<?\b(?:https?:\/\/|www\.)([^\s<>()[\]"'`*|\\]*[^\s<>()[\]"'`*|\\.,;:!?…。])>?/gi
/** An address may hold parentheses in pairs (CommonMark 6.3). */
const link = /!?\[([^\]]{0,500})\]\((?:[^()]|\([^()]{0,200}\)){0,500}\)/g
/** `5**2` of Python, between no other stars. */
const power = /(?<![*\w])(\w)\*\*(\d{1,20})(?![\w*])/g
const entities: Record<string, string> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' '}

/** One line, already without its block marks, as it is spoken: no markdown, tags, emoji nor control characters. */
export const spokenInline = (line: string): string => {
  let text = plainFormulas(line)
    .replace(/\s+/g, ' ')
    .replace(power, '$1^$2')
    .replace(/&(amp|lt|gt|quot|apos|#39|nbsp);/g, (_, name: string) => entities[name] ?? ' ')
    .replace(link, '$1')
    .replace(/\[\^[^\]]{0,100}\]/g, '')
    .replace(/\[([^\]]{0,500})\]\[[^\]]{0,100}\]/g, '$1')
    // The end of a link whose label began in the sentence before.
    .replace(/\]\((?:https?:|\/|#|mailto:)[^)]{0,500}\)/g, ' ')
  text = text
    .replace(url, (_, address: string) => (address.split(/[/?#:]/)[0] ?? '').replace(/^www\./i, ''))
    .replace(/<([\w.+-]{1,64}@[\w.-]{1,256})>/g, '$1')
    .replace(/<!--.*?(?:-->|$)/g, ' ')
    .replace(/<\/?[a-z][^<>]*>/gi, ' ')
    .replace(/\p{Emoji}\uFE0F?\u20E3/gu, key => key.charAt(0))
  text = text
    .replace(/(?<=\d) ?\* ?(?=\d)/g, ' × ')
    .replace(emoji, ' ')
    .replace(/\u{FE0F}|\u{20E3}|\p{Emoji_Modifier}|[\u{200B}\u{FEFF}\u{FFFC}\u{FFFD}]|\p{Cs}|\p{Co}|\p{Cn}/gu, '')
    .replace(/\p{Cc}/gu, ' ')
    .replace(/(?<=[\p{L}\p{N}])_+(?=[\p{L}\p{N}])/gu, ' ')
    .replace(/\|/g, ', ')
    .replace(/\\/g, ' ')
    // Kept where the voice reads them: #1, C#, ~3.
    .replace(/[*_`[\]{}]|(?<!\b[CFJ])#(?!\d)|~(?!\d)/g, '')
  return text
    .replace(/\( ?\)/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[,;:.!?…)](?:\s|$))/g, '')
    .replace(/,(?: ?,)+/g, ',')
    .replace(/^[ ,;:.!?)]+(?= )|(?<![ ,])[ ,]+$/g, '')
    .trim()
}
