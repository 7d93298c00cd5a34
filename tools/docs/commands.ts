import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

interface Option {
  name: string
  type?: string
  char?: string
  summary?: string
  description?: string
  helpValue?: string
  helpGroup?: string
  options?: string[]
  default?: unknown
  required?: boolean
  multiple?: boolean
  allowNo?: boolean
  hidden?: boolean
  env?: string
}

interface Command {
  id: string
  summary?: string
  description?: string
  examples?: (string | {description?: string; command: string})[]
  args: Record<string, Option>
  flags: Record<string, Option>
  strict?: boolean
  hidden?: boolean
}

const readCommands = (root: string): Command[] => {
  const plugins = readdirSync(join(root, 'plugins')).map(name => join('plugins', name))
  return ['.', ...plugins]
    .map(folder => join(root, folder, 'oclif.manifest.json'))
    .filter(file => existsSync(file))
    .flatMap(file =>
      Object.values((JSON.parse(readFileSync(file, 'utf8')) as {commands: Record<string, Command>}).commands),
    )
    .filter(({hidden}) => !hidden)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

const spoken = (id: string): string => id.replaceAll(':', ' ')

/** The two templates oclif fills in texts. */
const filled = (text: string, {id}: Command): string =>
  text.replaceAll(/<%=\s*config\.bin\s*%>/g, 'essence').replaceAll(/<%=\s*command\.id\s*%>/g, spoken(id))

const inOneLine = (text: string): string => text.replaceAll('\n', ' ')

const flagItem = (flag: Option, command: Command): string => {
  const value = flag.type === 'boolean' ? '' : ` ${flag.helpValue ?? '<value>'}`
  const name = `${flag.char ? `-${flag.char}, ` : ''}--${flag.allowNo ? '[no-]' : ''}${flag.name}${value}`
  const notes = [
    filled(flag.summary ?? flag.description ?? '', command),
    flag.options ? `One of ${flag.options.map(option => `\`${option}\``).join(', ')}.` : '',
    flag.default === undefined || flag.default === false ? '' : `Default \`${String(flag.default)}\`.`,
    flag.env ? `Also \`${flag.env}\`.` : '',
    flag.required ? 'Required.' : '',
    flag.multiple ? 'May be repeated.' : '',
  ]
  return `- \`${name}\`: ${inOneLine(notes.filter(Boolean).join(' '))}`
}

const argumentItem = ({name, description = ''}: Option, command: Command): string =>
  `- \`${name.toUpperCase()}\`: ${inOneLine(filled(description, command))}`

const section = (command: Command): string => {
  const args = Object.values(command.args).filter(({hidden}) => !hidden)
  const flags = Object.values(command.flags).filter(flag => !flag.hidden && flag.helpGroup !== 'GLOBAL')
  const usage = args
    .map(({name, required, multiple}) => {
      const word = required ? name.toUpperCase() : `[${name.toUpperCase()}]`
      return ` ${word}${multiple ? '…' : ''}`
    })
    .join('')
  const examples = (command.examples ?? []).map(example =>
    typeof example === 'string'
      ? example
      : `${example.description ? `# ${example.description}\n` : ''}${example.command}`,
  )
  return [
    `## essence ${spoken(command.id)}`,
    filled(command.summary ?? '', command),
    `    essence ${spoken(command.id)}${usage}${command.strict === false ? '…' : ''}${flags.length ? ' [flags]' : ''}`,
    filled(command.description ?? '', command),
    [...args.map(arg => argumentItem(arg, command)), ...flags.map(flag => flagItem(flag, command))].join('\n'),
    examples.length ? `\`\`\`sh\n${filled(examples.join('\n'), command)}\n\`\`\`` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** From the manifests of the CLI and its plugins, so: build first. */
export const commandsPage = (root: string): string => {
  const commands = readCommands(root)
  const globals = new Map(
    commands.flatMap(command =>
      Object.values(command.flags)
        .filter(({helpGroup}) => helpGroup === 'GLOBAL')
        .map(flag => [flag.name, flagItem(flag, command)] as const),
    ),
  )
  const anchor = ({id}: Command) => `#essence-${id.replaceAll(':', '-')}`
  return `# Commands

Every command knows these flags, and prints results on stdout, everything else on stderr:

${[...globals.values()].join('\n')}

These are the commands:

${commands.map(command => `- [essence ${spoken(command.id)}](${anchor(command)}): ${inOneLine(filled(command.summary ?? '', command))}`).join('\n')}

\`essence help\`, \`essence plugins\` and \`essence autocomplete\` come with oclif and describe themselves.

${commands.map(section).join('\n\n')}
`
}
