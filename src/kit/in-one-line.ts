/** A text of others for a line of ours, without what would move the cursor or turn the text around it. */
export const inOneLine = (text: string): string => text.replaceAll(/[\p{C}\s]+/gu, ' ').trim()
