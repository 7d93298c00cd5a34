import type {SpokenLanguage} from './language.ts'

// Every repetition has a bound or one possible start: hostile text must not take quadratic time.
const email = /(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})/g
const url = /\b(?:https?:\/\/|www\.)([^\s<>()[\]"'`|\\]{0,2000}[^\s<>()[\]"'`|\\.,;:!?…。])/gi
const domain =
  /(?<![\w@.])((?:[a-z0-9-]{1,63}\.){1,8}(?:com|org|net|edu|gov|io|ai|dev|app|info|eu|de|at|ch|fr|es|it|nl|uk|us|co))\b(?!\.\w)((?:\/[\w~%+-]{1,80}){0,6}\/?)/gi
/** `/usr/local/bin`, `~/notes.txt`, `../a/b` */
const file =
  /(?<![\p{L}\p{N}_/.~)\]}%])(?:~|(\.{1,2}))?((?:\/[\w.+-]{0,79}\w){2,12}|(?<=[~.])(?:\/[\w.+-]{0,79}\w))\/?/gu
const handle = /(?<![\w@])@(\w{1,40})/g
const hashtag = /(?<![\w&#])#([\p{L}_][\p{L}\p{M}\p{N}_]{0,60})/gu

/** E-mail, web addresses, handles and hashtags as they are read aloud. Of a web address the query is left out. */
export const addressesToWords = (text: string, words: SpokenLanguage): string => {
  const name = (part: string): string =>
    spaced(part)
      .replace(/\./g, ` ${words.dot} `)
      .replace(/-/g, ` ${words.dash} `)
      .replace(/_/g, ' ')
      .replace(/\+/g, ` ${words.plus} `)
      .replace(/[~%=]/g, ' ')
  const path = (rest: string): string =>
    rest
      .split('/')
      .filter(part => part !== '')
      .map(part => ` ${words.slash} ${name(part)}`)
      .join('')
  const address = (whole: string): string => {
    const [host = '', ...rest] = (whole.split(/[?#]/)[0] ?? '').replace(/^www\./i, '').split('/')
    return squeezed(`${name(host.replace(/:\d+$/, ''))}${path(rest.join('/'))}`)
  }
  return text
    .replace(email, (_, user: string, host: string) => squeezed(`${name(user)} ${words.at} ${name(host)}`))
    .replace(url, (_, whole: string) => address(whole))
    .replace(domain, (_, host: string, rest: string) => address(host + rest))
    .replace(file, (_, dots = '', rest: string) => squeezed(`${dots.replaceAll('.', `${words.dot} `)}${path(rest)}`))
    .replace(handle, (_, user: string) => squeezed(`${words.at} ${name(user)}`))
    .replace(hashtag, (_, tag: string) => squeezed(`hashtag ${tagWords(tag)}`))
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Letters and digits apart: `ann42` is "ann 42". */
const spaced = (part: string): string => part.replace(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, ' ')

/** `GoodMorning_world` → Good Morning world. */
const tagWords = (tag: string): string => spaced(tag.replace(/_/g, ' ').replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '))
