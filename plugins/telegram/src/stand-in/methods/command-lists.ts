import type {ApiMethods, BotCommand} from 'grammy/types'
import {Refusal} from '../refusal.ts'
import type {StandInState} from '../state.ts'

type Named = Pick<NonNullable<Parameters<ApiMethods['getMyCommands']>[0]>, 'scope' | 'language_code'>

/** Lists of commands, each for a scope and a language. */
export const commandLists = (state: Pick<StandInState, 'commandLists' | 'chats'>) => {
  const keyOf = ({scope = {type: 'default'}, language_code: language}: Named): string => {
    if (language !== undefined && !/^[a-z]{2}$/.test(language)) {
      throw new Refusal(400, 'Bad Request: invalid language code specified')
    }
    if ('chat_id' in scope && !state.chats.has(Number(scope.chat_id))) {
      throw new Refusal(400, 'Bad Request: chat not found')
    }
    return `${scope.type}:${'chat_id' in scope ? scope.chat_id : ''}:${language ?? ''}`
  }
  return {
    setMyCommands: ({commands, ...named}: Named & {commands: readonly BotCommand[]}): true => {
      if (commands.length > 100) throw new Refusal(400, 'Bad Request: BOT_COMMANDS_TOO_MUCH')
      for (const {command, description} of commands) {
        if (!/^[a-z0-9_]{1,32}$/.test(command)) throw new Refusal(400, 'Bad Request: BOT_COMMAND_INVALID')
        if (description.length < 1 || description.length > 256) {
          throw new Refusal(400, 'Bad Request: BOT_COMMAND_DESCRIPTION_INVALID')
        }
      }
      state.commandLists.set(keyOf(named), [...commands])
      return true
    },
    /** Those of this very scope and language; none where there are none. */
    getMyCommands: (named: Named = {}): BotCommand[] => state.commandLists.get(keyOf(named)) ?? [],
    deleteMyCommands: (named: Named = {}): true => {
      state.commandLists.delete(keyOf(named))
      return true
    },
  }
}
