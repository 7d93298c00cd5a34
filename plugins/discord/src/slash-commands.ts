import {adminCommands, usageOf} from '@essence/core/channel/access-words'
import type {WordsKey} from '@essence/core/channel/words/translation'
import {spokenLanguages, type Words, wordsIn} from '@essence/core/channel/words/words'
import {ApplicationCommandOptionType, ApplicationIntegrationType, InteractionContextType} from 'discord.js'

/** What each command is for. */
export const commandKeys = {
  ask: 'commandAsk',
  help: 'commandHelp',
  status: 'commandStatus',
  language: 'commandLanguage',
  voice: 'commandVoice',
  mode: 'commandMode',
  reset: 'commandReset',
  memory: 'commandMemory',
  forget: 'commandForget',
  stop: 'commandStop',
  join: 'commandJoin',
  leave: 'commandLeave',
  ping: 'commandPing',
} as const satisfies Record<string, DescriptionKey>

/** The commands there are: to enrol only where people are known by their voices. */
export const commandsOf = (voices: object | undefined) =>
  voices ? ({...commandKeys, enrol: 'commandEnrol'} as const) : commandKeys

/** Commands, as slash commands and with a `!` in front; but `!enrol` is nothing for a server. */
export type CommandName = keyof typeof commandKeys

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commandKeys, name)

type DescriptionKey = WordsKey & `command${string}`

interface CommandOption {
  name: string
  description: string
  required?: boolean
}

/** What stands behind some of them. */
const options: Partial<Record<CommandName | 'enrol', CommandOption>> = {
  ask: {name: 'question', description: 'your question', required: true},
  language: {name: 'language', description: 'de, German, auto …'},
  mode: {name: 'mode', description: 'same, voice, text, both; mention, reply, always; queue, collect, interrupt'},
  voice: {name: 'voice', description: 'the name of a voice, or default'},
  enrol: {name: 'what', description: 'off erases what I know of your voice'},
  forget: {name: 'what', description: 'an id that /memory shows, or everything'},
}

/** Languages that Discord itself speaks: https://discord.com/developers/docs/reference#locales */
const locales: Record<string, string[]> = {
  ...{en: ['en-US', 'en-GB'], es: ['es-ES', 'es-419'], pt: ['pt-BR'], zh: ['zh-CN', 'zh-TW'], sv: ['sv-SE']},
  ...Object.fromEntries(
    ['fr', 'de', 'it', 'ru', 'ja', 'ko', 'hi', 'nl', 'no', 'da', 'fi', 'pl', 'tr', 'el'].map(tag => [tag, [tag]]),
  ),
}

/**
 * The commands as Discord takes them; a list put there once more, unchanged, changes nothing.
 * @param voices undefined: nobody is known by their voice
 */
export const slashCommands = (voices?: object | undefined): object[] => [
  ...Object.entries(commandsOf(voices)).map(([name, key]) => slashCommand(name, key, options[name as CommandName])),
  // Shown on servers to administrators, and whom they let; in direct messages Discord could hide them from nobody.
  ...Object.entries(adminCommands).map(([name, {takes, about}]) => ({
    ...slashCommand(name, about, takes.length > 0 ? {name: 'about', description: usageIn('en', name)} : undefined),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: '0',
  })),
]

const slashCommand = (name: string, key: DescriptionKey, option: CommandOption | undefined): object => {
  const translated = spokenLanguages.flatMap(language =>
    (locales[language] ?? []).map(locale => [locale, descriptionIn(language, key)]),
  )
  return {
    name,
    type: 1,
    description: descriptionIn('en', key),
    description_localizations: Object.fromEntries(translated),
    options: option ? [{type: ApplicationCommandOptionType.String, max_length: 1500, ...option}] : [],
  }
}

const usageIn = (language: string, name: string): string =>
  usageOf(wordsIn(language), name as keyof typeof adminCommands).slice(0, 100)

/** At most 100 characters: https://discord.com/developers/docs/interactions/application-commands */
const descriptionIn = (language: string, key: DescriptionKey): string => (wordsIn(language) as Words)(key).slice(0, 100)
