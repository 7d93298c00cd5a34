import {execa} from 'execa'
import {EssenceError} from '../../../kit/errors.ts'
import type {RawSettings} from './config-file.ts'
import type {Destination} from './destination.ts'

/** Keywords whose values are lists; the others are one text, which may hold spaces. */
const lists = new Set(['userknownhostsfile', 'globalknownhostsfile'])

/**
 * What the ssh program makes of a host: `ssh -G`, which resolves Match, Include, defaults and the system's file.
 * @param configFile instead of `~/.ssh/config` and the system's
 * @throws CONFIG_INVALID with what ssh says of the configuration
 */
export const askSsh = async (
  program: string,
  {host, user, port}: Destination,
  configFile: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<RawSettings> => {
  const args = [
    ...(configFile ? ['-F', configFile] : []),
    // Otherwise ssh remarks that it gets no terminal.
    '-T',
    ...(user ? ['-l', user] : []),
    ...(port ? ['-p', String(port)] : []),
    '-G',
    host,
  ]
  const ran = await execa(program, args, {env, extendEnv: false, stdin: 'ignore', timeout: 10_000, reject: false})
  if (!ran.failed) return parseSshOutput(ran.stdout)
  const said = ran.stderr?.trim() || ran.shortMessage
  throw new EssenceError('CONFIG_INVALID', `The SSH configuration cannot be used for ${host}: ${said}`, {
    suggestions: [`See what ssh makes of it: ssh -G ${host}`],
    cause: ran,
  })
}

/** Reads lines `keyword value`. */
export const parseSshOutput = (text: string): RawSettings => {
  const settings: RawSettings = new Map()
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    const keyword = name.toLowerCase()
    if (keyword === '') continue
    const values = lists.has(keyword) ? splitPaths(value) : [value]
    settings.set(keyword, [...(settings.get(keyword) ?? []), ...values])
  }
  return settings
}

// ssh prints paths without the quotes they were written in: a word that begins like no path belongs to the path before.
const splitPaths = (value: string): string[] =>
  value.split(/ +(?=[/~%$]|none$|[A-Za-z]:[\\/])/).filter(path => path !== '')
