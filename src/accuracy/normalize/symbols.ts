/** What stands in brackets or parentheses is not spoken. One that is never closed is kept, with all behind it. */
export const withoutBracketed = (text: string): string =>
  text
    .replace(/[<[][^>\]]*([>\]]?)/g, (all, closed) => (closed ? '' : all))
    .replace(/\([^)]+(\)?)/g, (all, closed) => (closed ? '' : all))

/** Letters with a stroke, and joined ones, which Unicode does not take apart. */
const plainLetters: Record<string, string> = {œ: 'oe', ø: 'o', æ: 'ae', ß: 'ss', đ: 'd', ð: 'd', þ: 'th', ł: 'l'}

/** Lower case, without accents; a space for each symbol but those that belong to a number. */
export const withoutSymbolsAndAccents = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{S}\p{P}œøæßđðþł]/gu, sign =>
      '.%$¢€£'.includes(sign) ? sign : (plainLetters[sign] ?? (/\p{Mn}/u.test(sign) ? '' : ' ')),
    )

/** A space for each symbol. Marks stay: what is a vowel in Hindi or Thai is part of its word. */
export const withoutSymbols = (text: string): string => text.normalize('NFKC').replace(/[\p{S}\p{P}]/gu, ' ')
