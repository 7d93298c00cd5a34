import {type Command, CommandHelp, Help} from '@oclif/core'
import {asTyped} from './as-typed.ts'

/** Where a person begins, then what there is, by what it is for. A command that stands nowhere comes last. */
const begin: readonly (readonly [string, string])[] = [
  ['up', 'start June; it says where to talk'],
  ['models download --all', 'real models, in place of test ones'],
  ['doctor', 'what works, and what is missing'],
]

const groups: Readonly<Record<string, readonly string[]>> = {
  TALK: ['talk', 'chat', 'say', 'transcribe', 'turn', 'voices', 'memory', 'documents', 'speaker'],
  'THIS MACHINE': [
    'up',
    'init',
    'doctor',
    'config',
    'models',
    'access',
    'test',
    'bench',
    'turns',
    'test-mode',
    'dataset',
  ],
  SERVICES: ['discord-service', 'gateway', 'inference-api', 'stt', 'telegram-service', 'tts', 'voice-worker', 'webapp'],
  RELEASES: ['build', 'deploy', 'history', 'lock', 'logs', 'ps', 'restart', 'rollback', 'start', 'stop', 'undeploy'],
}

/** A summary without what it says behind a colon. */
const brief = (summary = ''): string => summary.split('\n', 1)[0]?.replace(/(: .*)?\.?$/, '') ?? ''

/** Texts of the sources are broken where their lines end; on a terminal they are broken anew. */
class ReflowedHelp extends CommandHelp {
  protected override description(): string | undefined {
    // The summary stands above already.
    return this.command.description && this.wrap(this.command.description.replaceAll(/(?<!\n)\n(?!\n)/g, ' '))
  }

  /** Long ones go on in a next line, as a shell takes them. */
  protected override examples(examples: Command.Example[] | string | undefined): string | undefined {
    const room = this.opts.maxWidth - this.indentSpacing
    return super
      .examples(examples)
      ?.split('\n')
      .map(line => continued(line, room))
      .join('\n')
  }
}

/** Breaks before flags and pipes only: what stands between quotes stays together. */
const continued = (line: string, room: number): string => {
  const parts = line.split(/ (?=-{1,2}[a-z]|\| |> )/)
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last === undefined || `${last} ${part} \\`.length > room) lines.push(lines.length === 0 ? part : `    ${part}`)
    else lines[lines.length - 1] = `${last} ${part}`
  }
  return lines.join(' \\\n')
}

export class EssenceHelp extends Help {
  protected override CommandHelpClass = ReflowedHelp

  protected override async showRootHelp(): Promise<void> {
    const bin = this.config.bin
    const described = new Map([
      ...this.sortedTopics
        .filter(({name}) => !name.includes(':'))
        .map(({name, description}) => [name, asTyped(brief(description))] as const),
      ...this.sortedCommands
        .filter(({id}) => !id.includes(':'))
        .map(({id, summary, description}) => [id, asTyped(brief(summary ?? description))] as const),
    ])
    const known = new Set(Object.values(groups).flat())
    const others = [...described.keys()].filter(name => !known.has(name)).toSorted()
    const rows = (names: readonly string[]): [string, string | undefined][] =>
      names.filter(name => described.has(name)).map(name => [name.padEnd(widest), described.get(name)])
    const widest = Math.max(...[...described.keys()].map(name => name.length))
    const list = (title: string, names: readonly string[]): string => this.section(title, rows(names))
    this.log(
      [
        this.wrap(this.config.pjson.description),
        this.section(
          'BEGIN WITH',
          begin.map(([command, why]): [string, string] => [asTyped(`$ ${bin} ${command}`), why]),
        ),
        ...Object.entries(groups).map(([title, names]) => list(title, names)),
        list('MORE', others),
        `${bin} COMMAND --help tells of one, ${bin} --version which this is.`,
      ].join('\n\n'),
    )
  }

  protected override log(...args: string[]): void {
    // What is indented was broken to fit already.
    const fitting = (line: string): string => (line.startsWith(' ') ? line : this.wrap(line, 0))
    super.log(...args.map(text => asTyped(text).split('\n').map(fitting).join('\n')))
  }
}
