import {decisionLabels} from '@essence/core/channel/decision-labels'
import {InlineKeyboard} from 'grammy'
import * as z from 'zod'

/** Yes and no below a question. */
export const buttonsSchema = z.object({confirmation: z.string(), yes: z.string(), no: z.string()})

export type Buttons = z.infer<typeof buttonsSchema>

/** What a button may carry, in bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton */
const maxData = 64

const dataOf = (confirmation: string, accepted: boolean): string => `${accepted ? 'yes' : 'no'}:${confirmation}`

/** @returns undefined where the button is none of ours */
export const decisionOf = (data: string): {confirmation: string; accepted: boolean} | undefined => {
  const [, word, confirmation] = /^(yes|no):(.+)$/.exec(data) ?? []
  return confirmation === undefined ? undefined : {confirmation, accepted: word === 'yes'}
}

/**
 * The buttons for a question, in its language.
 * @param expected the person's language, where that does not tell
 * @returns undefined where its id is longer than a button carries: it is answered in words then
 */
export const buttonsFor = (
  {id, question}: {id: string; question: string},
  expected?: string | undefined,
): Buttons | undefined =>
  Buffer.byteLength(dataOf(id, true)) > maxData ? undefined : {confirmation: id, ...decisionLabels(question, expected)}

export const keyboardOf = ({confirmation, yes, no}: Buttons): InlineKeyboard =>
  new InlineKeyboard().text(yes, dataOf(confirmation, true)).text(no, dataOf(confirmation, false))
