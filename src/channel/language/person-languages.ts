import {sentenceLanguage} from '../../text/sentence-language.ts'
import type {Chats} from '../chats.ts'
import {type SpokenLanguage, spokenLanguageOf, type Words, wordsIn} from '../words/words.ts'

/** Chats whose language is remembered; beyond it the one that was quiet longest is forgotten. */
const maxChats = 10_000

/** Which language a channel's bot speaks in a chat. */
export class PersonLanguages {
  readonly #chats: Pick<Chats, 'of'>
  readonly #usual: string | undefined
  readonly #heard = new Map<string, SpokenLanguage>()

  /** @param usual what people speak where nothing else tells; `auto`: nobody knows */
  constructor(chats: Pick<Chats, 'of'>, usual?: string | undefined) {
    this.#chats = chats
    this.#usual = usual
  }

  /** Remembers the language of what was said or written; of short sentences none can be told. @param language as it was recognised */
  heard(chat: string, {text, language}: {text: string; language?: string | undefined}): void {
    const told = spokenLanguageOf(language) ?? spokenLanguageOf(sentenceLanguage(text, undefined))
    if (!told) return
    this.#heard.delete(chat)
    this.#heard.set(chat, told)
    if (this.#heard.size > maxChats) this.#heard.delete(this.#heard.keys().next().value ?? '')
  }

  /** What was chosen by `/language`; undefined where nothing was, or it cannot be looked up. */
  async chosen(chat: string): Promise<SpokenLanguage | undefined> {
    const {language} = await this.#chats.of(chat).catch(() => ({language: undefined}))
    return spokenLanguageOf(language)
  }

  /**
   * What the bot says in a chat: in the language that was chosen, else the one that the platform says the person has, else the one
   * heard last. Never fails: an apology is due most where things fail.
   */
  async wordsFor(chat: string, platform: string | undefined): Promise<Words> {
    const chosen = await this.chosen(chat)
    return wordsIn(chosen ?? spokenLanguageOf(platform) ?? this.#heard.get(chat) ?? this.#usual)
  }
}
