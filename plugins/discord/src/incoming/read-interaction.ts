import {ComponentType, InteractionType, MessageFlags} from 'discord.js'
import * as z from 'zod'
import {decisionOf} from '../outgoing/buttons.ts'
import {type Content, type Incoming, type Interaction, nameOf, rawPerson, snowflake} from './incoming.ts'

const rawInteraction = z.object({
  id: snowflake,
  application_id: snowflake,
  token: z.string().min(1),
  channel_id: snowflake,
  guild_id: snowflake.nullish(),
  user: rawPerson.nullish(),
  member: z.object({user: rawPerson}).nullish(),
  locale: z.string().nullish(),
})

const rawCommand = rawInteraction.extend({
  type: z.literal(InteractionType.ApplicationCommand),
  data: z.object({
    name: z.string(),
    options: z.array(z.object({name: z.string(), value: z.union([z.string(), z.number(), z.boolean()])})).nullish(),
  }),
})

const rawPress = rawInteraction.extend({
  type: z.literal(InteractionType.MessageComponent),
  data: z.object({component_type: z.literal(ComponentType.Button), custom_id: z.string()}),
  message: z.object({
    id: snowflake,
    flags: z.number().nullish(),
    components: z
      .array(
        z.object({
          components: z.array(z.object({custom_id: z.string().nullish(), label: z.string().nullish()})).nullish(),
        }),
      )
      .nullish(),
  }),
})

/** A press of a button that is another person's. */
export interface StrangePress {
  kind: 'strange-press'
  interaction: Interaction
}

/**
 * Reads a slash command, or a button that was pressed.
 * @returns undefined for what is none of ours, or malformed
 */
export const readInteraction = (raw: unknown): Incoming | StrangePress | undefined => {
  const command = rawCommand.safeParse(raw).data
  if (command) {
    const {name, options} = command.data
    const argument = options
      ?.map(({value}) => String(value))
      .join(' ')
      .trim()
    // What June says of herself or of a person is theirs; a question and its answer belong to the channel they are asked in.
    const told = toldOf(command, name !== 'ask')
    if (!told) return undefined
    const content: Content =
      name === 'ask' ? {kind: 'text', text: argument ?? ''} : {kind: 'command', name, argument: argument || undefined}
    return {...told, content}
  }
  const press = rawPress.safeParse(raw).data
  const decision = press && decisionOf(press.data.custom_id)
  if (!press || !decision) return undefined
  const told = toldOf(press, ((press.message.flags ?? 0) & MessageFlags.Ephemeral) !== 0)
  if (!told) return undefined
  if (decision.userId !== told.userId) return {kind: 'strange-press', interaction: told.interaction}
  const buttons = press.message.components?.flatMap(({components}) => components ?? []) ?? []
  const named = buttons.find(({custom_id}) => custom_id === press.data.custom_id)?.label
  const {confirmation, accepted} = decision
  const label = named ?? (accepted ? 'Yes' : 'No')
  return {...told, messageId: press.message.id, content: {kind: 'decision', confirmation, accepted, label}}
}

const toldOf = (raw: z.infer<typeof rawInteraction>, isPrivate: boolean) => {
  const {id, application_id: applicationId, token, channel_id: channelId, guild_id, user, member, locale} = raw
  const person = member?.user ?? user
  if (!person) return undefined
  const isDirect = !guild_id
  const interaction = {id, applicationId, token, isPrivate: isPrivate && !isDirect}
  return {
    ...{id, channelId, guildId: guild_id ?? undefined, isDirect, userId: person.id, userName: nameOf(person)},
    ...{locale: locale ?? undefined, interaction},
  }
}
