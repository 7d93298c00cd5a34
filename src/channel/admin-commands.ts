import {shownParty, UnclearName} from '../access/channel/names.ts'
import type {ChannelAccess, Party} from '../access/channel/port.ts'
import type {Assistant} from '../assistant/port.ts'
import {type ErrorCode, isEssenceError} from '../kit/errors.ts'
import {adminCommands, usageOf} from './access-words.ts'
import type {SentMessages} from './sent-messages.ts'
import type {Words} from './words/words.ts'

export interface AdminContext {
  access: ChannelAccess
  /** `telegram`. */
  channel: string
  assistant: Pick<Assistant, 'forget' | 'mind'>
  sent: SentMessages
  /** How the service is, in lines. */
  status: (words: Words) => Promise<string>
  timeZone?: string | undefined
}

export interface AdminCommand {
  /** `admin_block`. */
  name: string
  argument: string
  /** Id of the person who says it, and what they are answered with. */
  by: string
  words: Words
}

type Action = (argument: string, context: AdminContext, {by, words}: {by: string; words: Words}) => Promise<string>

/** Blocked people that are listed in a chat. */
const maxListed = 20

const pageSize = 100

export const isAdminCommand = (name: string): boolean => name.startsWith('admin_')

/**
 * Does what an owner asks for, and writes it down; others are refused, and that is written down too.
 * @returns what is answered
 * @throws STORE_UNAVAILABLE and the like
 */
export const answerAdminCommand = async (
  {name, argument, by: person, words}: AdminCommand,
  context: AdminContext,
): Promise<string> => {
  const {access, channel} = context
  const by = `${channel}:${person}`
  const asked = await access.find({channel, kind: 'person', id: person})
  const isOwner = asked?.standing === 'owner'
  await access.audit.write({
    action: isOwner ? 'channel.command' : 'channel.command.refused',
    ...{actor: by, details: `/${name} ${argument}`.trim()},
  })
  if (!isOwner) return words('notAllowed', {command: name})
  if (!isKnown(name)) return words('adminUnknown', {command: name})
  if (adminCommands[name].takes.length > 0 && argument.trim() === '')
    return words('usage', {usage: usageOf(words, name)})
  try {
    return await actions[name](argument.trim(), context, {by, words})
  } catch (error) {
    if (error instanceof UnclearName) return unclearText(error, words)
    throw error
  }
}

const unclearText = ({wanted: person, found}: UnclearName, words: Words): string =>
  found.length === 0
    ? words('adminNobody', {person})
    : [words('adminSeveral', {person}), ...found.map(shownParty)].join('\n')

/** What is said in the place of an error of this code. @throws any other */
const instead =
  (code: ErrorCode, said: string) =>
  (error: unknown): string => {
    if (isEssenceError(error) && error.code === code) return said
    throw error
  }

const isKnown = (name: string): name is keyof typeof adminCommands => Object.hasOwn(adminCommands, name)

/** `"Ada Lovelace" noise`: a name with blanks stands in quotation marks. */
const whoAndRest = (argument: string): {who: string; rest: string} => {
  const [, quoted, plain = '', rest = ''] = /^(?:["“]([^"”]+)["”]|(\S+))\s*([\s\S]*)$/.exec(argument) ?? []
  return {who: quoted ?? plain, rest: rest.trim()}
}

const personNamed = ({access, channel}: AdminContext, text: string): Promise<Party> =>
  access.named(channel, whoAndRest(text).who)

const speakerOf = ({channel, id}: Pick<Party, 'channel' | 'id'>): string => `${channel}:${id}`

const block: Action = async (argument, context, {by, words}) => {
  const {who, rest} = whoAndRest(argument)
  const party = await context.access.named(context.channel, who)
  const person = shownParty(party)
  return await context.access
    .block(party, {by, reason: rest || undefined})
    .then(() => words('adminBlocked', {person}), instead('NOT_ALLOWED', words('adminIsOwner', {person})))
}

const unblock: Action = async (argument, context, {by, words}) => {
  const party = await personNamed(context, argument)
  const person = shownParty(party)
  return await context.access
    .unblock(party, {by})
    .then(
      standing => words(standing ? 'adminUnblocked' : 'adminMayAsk', {person}),
      instead('USER_UNKNOWN', words('adminNotBlocked', {person})),
    )
}

const listBlocked: Action = async (_, {access, channel}, {words}) => {
  const blocked = (await access.list(channel)).filter(({standing}) => standing === 'blocked').toReversed()
  if (blocked.length === 0) return words('adminNobodyBlocked')
  const lines = blocked.slice(0, maxListed).map(party => [shownParty(party), party.reason].filter(Boolean).join(': '))
  const more = blocked.length - lines.length
  return [
    words('adminBlockedList'),
    ...lines,
    ...(more > 0 ? [words('adminMore', {count: more, command: 'essence access list'})] : []),
  ].join('\n')
}

/** A conversation is its person's: it is looked for at the one named behind it, or at everybody who was let in. */
const clearConversation: Action = async (argument, context, {words}) => {
  const {access, channel, assistant} = context
  const {who: id, rest} = whoAndRest(argument)
  const people = rest ? [await personNamed(context, rest)] : await access.list(channel)
  for (const person of people.filter(({kind}) => kind === 'person')) {
    try {
      await assistant.mind?.memory.removeConversation(speakerOf(person), id)
      if (assistant.mind) return words('adminClearedConversation')
    } catch (error) {
      if (!isEssenceError(error) || error.code !== 'CONVERSATION_UNKNOWN') throw error
    }
  }
  return words('adminUnknownConversation', {id: id.slice(0, 80)})
}

const clearUser: Action = async (argument, context, {words}) => {
  const {assistant} = context
  const person = await personNamed(context, argument)
  const speaker = speakerOf(person)
  const memory = assistant.mind?.memory
  // What is still in a prompt goes first, or it would be kept again with the next exchange.
  await assistant.forget(speaker, speaker)
  let cleared = memory ? 0 : 1
  for (;;) {
    const {items = []} = (await memory?.conversations(speaker, {pageSize})) ?? {}
    for (const {id, session} of items) {
      await assistant.forget(session, speaker)
      await memory?.removeConversation(speaker, id)
      cleared++
    }
    if (items.length < pageSize) return words('adminClearedUser', {person: shownParty(person), count: cleared})
  }
}

const status: Action = (_, context, {words}) => context.status(words)

const messageHistory: Action = async (_, {sent, timeZone}, {words}) => {
  const lines = sent.lines(timeZone)
  return lines.length === 0 ? words('adminNothingSent') : [words('adminSent'), ...lines].join('\n')
}

const help: Action = async (_argument, _context, {words}) =>
  [
    words('adminCommands'),
    '',
    ...Object.keys(adminCommands)
      .filter(isKnown)
      .map(name => `${usageOf(words, name)}  ${words(adminCommands[name].about)}`),
  ].join('\n')

const actions: Record<keyof typeof adminCommands, Action> = {
  admin_block: block,
  admin_unblock: unblock,
  admin_list_blocked: listBlocked,
  admin_clear_conversation: clearConversation,
  admin_clear_user: clearUser,
  admin_status: status,
  admin_message_history: messageHistory,
  admin_help: help,
}
