import {decisionLabels} from '@essence/core/channel/decision-labels'
import {ButtonStyle, ComponentType} from 'discord.js'
import * as z from 'zod'

/** Yes and no below a question, for the one who is asked. */
export const buttonsSchema = z.object({
  confirmation: z.string(),
  userId: z.string(),
  yes: z.string(),
  no: z.string(),
})

export type Buttons = z.infer<typeof buttonsSchema>

/** What a button may carry, in characters: https://discord.com/developers/docs/components/reference#button */
const maxData = 100

const dataOf = (userId: string, confirmation: string, accepted: boolean): string =>
  `${accepted ? 'yes' : 'no'}:${userId}:${confirmation}`

/** @returns undefined where the button is none of ours */
export const decisionOf = (data: string): {userId: string; confirmation: string; accepted: boolean} | undefined => {
  const [, word, userId, confirmation] = /^(yes|no):(\d+):(.+)$/.exec(data) ?? []
  return userId === undefined || confirmation === undefined
    ? undefined
    : {userId, confirmation, accepted: word === 'yes'}
}

/**
 * The buttons for a question, in its language. In a server everybody sees them; only the person who is asked may press.
 * @param language of the person, where the question does not tell it
 * @returns undefined where its id is longer than a button carries: it is answered in words then
 */
export const buttonsFor = (
  {id, question}: {id: string; question: string},
  userId: string,
  language?: string,
): Buttons | undefined =>
  dataOf(userId, id, true).length > maxData
    ? undefined
    : {confirmation: id, userId, ...decisionLabels(question, language)}

/** As the API takes them. */
export const componentsOf = ({confirmation, userId, yes, no}: Buttons): object[] => {
  const button = (label: string, accepted: boolean, style: ButtonStyle) => ({
    type: ComponentType.Button,
    style,
    label,
    custom_id: dataOf(userId, confirmation, accepted),
  })
  const components = [button(yes, true, ButtonStyle.Primary), button(no, false, ButtonStyle.Secondary)]
  return [{type: ComponentType.ActionRow, components}]
}
