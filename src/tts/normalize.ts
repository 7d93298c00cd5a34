/**
 * Numbers, dates, signs and the like as words of the language.
 * @param language ISO 639-1, with region where known
 */
export const normalizeText = (text: string, _language: string): string => text
