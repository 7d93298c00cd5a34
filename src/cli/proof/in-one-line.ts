/** What a service answered may hold anything, also what moves the cursor. */
export const inOneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
