import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import type {WordsKey} from '@essence/core/channel/words/translation'
import {spokenLanguages, wordsIn} from '@essence/core/channel/words/words'
import {messageOf} from '@essence/core/kit/errors'
import {atomicWrite} from '@essence/core/kit/files/atomic-write'
import type {Log} from '@essence/core/service/log'
import type {BotCommand, BotCommandScope} from 'grammy/types'
import {type BotApi, grammySignal} from './bot-api.ts'

/** Commands that Telegram offers where a person begins to write `/`. */
export interface CommandMenu {
  scope: BotCommandScope
  /** Their names, the same in all languages, and what they are for. */
  commands: Readonly<Record<string, WordsKey & `command${string}`>>
}

/** Characters of a description: https://core.telegram.org/bots/api#botcommand */
const maxDescription = 256

/** Languages that Telegram's own apps name otherwise. */
const telegramName: Record<string, string> = {no: 'nb'}

/** A call that puts one menu in one language; without a language it is for all that have none of their own: in English. */
const callsOf = ({scope, commands}: CommandMenu) =>
  [undefined, ...spokenLanguages.filter(language => language !== 'en')].map(language => {
    const words = wordsIn(language)
    const list: BotCommand[] = Object.entries(commands).map(([command, key]) => ({
      command,
      description: words(key).slice(0, maxDescription),
    }))
    return {scope, list, language: language && (telegramName[language] ?? language)}
  })

export interface PutMenusOptions {
  bot: BotApi
  /** Holds a digest of what Telegram was told. */
  path: string
  log: Log
  signal: AbortSignal
}

/**
 * Puts the menus where they are not what Telegram was told last. Never rejects: a bot answers without them, and the next start tries
 * again.
 */
export const putCommandMenus = async (
  menus: readonly CommandMenu[],
  {bot, path, log, signal}: PutMenusOptions,
): Promise<void> => {
  const calls = menus.flatMap(callsOf)
  const digest = createHash('sha256').update(JSON.stringify(calls)).digest('hex')
  try {
    if ((await readFile(path, 'utf8').catch(() => '')) === digest) return
    for (const {scope, list, language} of calls) {
      await bot.api.setMyCommands(
        list,
        {scope, ...(language ? {language_code: language as never} : {})},
        grammySignal(signal),
      )
    }
    await atomicWrite(path, digest, {mode: 0o600})
    log.info({languages: spokenLanguages.length}, 'Telegram shows the commands')
  } catch (error) {
    if (!signal.aborted)
      log.warn({why: messageOf(error)}, 'Telegram does not show the commands; the next start tries again')
  }
}
