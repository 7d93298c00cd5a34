// What people are told to type works as typed: the commands and flags are there, and models are called by names they have.
import {entriesNamed} from '@essence/core/models/catalogue/catalogue'
import {isClear} from '@essence/core/models/catalogue/entry-named'
import {type Command, Config, Parser} from '@oclif/core'
import {describe, expect, it} from 'vitest'
import {type Advice, allAdvice, filledIn, shellWords} from './advice.ts'
import {root} from './imports.ts'

const config = await Config.load({root})

type Loadable = Command.Loadable

/** Service of the page that shows how to write one. */
const example = 'weather'

/** Sentences about Essence, not commands. */
const prose = /^(is|has|was|runs|takes|needs|itself|and|or|of|on|in|the|with|answers)\b/

/** The command that the first words name, and the words behind it. */
const commandOf = (words: string[]): {command: Loadable; rest: string[]} | undefined => {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const command = config.findCommand(words.slice(0, length).join(':'))
    if (command) return {command, rest: words.slice(length)}
  }
  return undefined
}

/** Why it does not work; undefined where it does. */
const faultOf = async ({command: text, whole}: Advice): Promise<string | undefined> => {
  const words = shellWords(text)
  if (words.some(word => word === '--help' || word === '-h')) return undefined
  const found = commandOf(words)
  if (!found) return words.length === 1 && config.findTopic(text) ? undefined : 'no such command'
  const {command} = found
  // Every command of ours has it; the parser is told of it by the command.
  const rest = found.rest.filter(word => word !== '--json')
  if (!whole) {
    const {flags} = command
    const known = Object.entries(flags).flatMap(([name, {char, aliases = []}]) => [
      name,
      `no-${name}`,
      char,
      ...aliases,
    ])
    return rest
      .filter(word => /^--?[a-z]/.test(word) && !known.includes(word.replace(/^--?/, '').split('=')[0] ?? ''))
      .map(word => `no flag ${word}`)[0]
  }
  const {flags, baseFlags, args, strict, enableJsonFlag} = await command.load()
  try {
    const parsed = await Parser.parse(rest, {
      flags: {...baseFlags, ...flags},
      args,
      strict,
      '--': true,
      enableJsonFlag,
    } as never)
    const {model = [], kind} = parsed.flags as {model?: string[]; kind?: string}
    const names = command.id === 'models:download' ? [(parsed.args as {name?: string[]}).name ?? [], model].flat() : []
    const unclear = names.filter(name => !/^[A-Z-]+$/.test(name) && !isClear(name) && entriesNamed(name).length === 0)
    return unclear.length > 0 && kind === undefined ? `no model ${unclear.join(', ')}` : undefined
  } catch (error) {
    const [message = ''] = (error as Error).message.split('\nSee more')
    return message.includes(`=${filledIn} to be one of`) ? undefined : message
  }
}

describe('advice', () => {
  const advice = allAdvice().filter(({command}) => !prose.test(command) && command !== example)

  it('is found, in sources and documents', () => {
    const files = new Set(advice.map(({file}) => file.split('/')[0]))
    expect([...files].sort()).toEqual(['CONTRIBUTING.md', 'README.md', 'commands', 'docs', 'plugins', 'src'])
    expect(advice.length).toBeGreaterThan(300)
    expect(advice.filter(({command}) => command.includes(filledIn)).length).toBeGreaterThan(20)
  })

  it('works as it is typed', async () => {
    const faults: string[] = []
    for (const each of advice) {
      const fault = await faultOf(each)
      if (fault !== undefined) faults.push(`${each.file}: essence ${each.command}: ${fault}`)
    }
    expect(faults).toEqual([])
  })

  it.each([
    ['models download no-such-model', 'no model no-such-model'],
    ['models dowload', 'no such command'],
    ['say hello --plya', 'Nonexistent flag: --plya'],
    ['models list --kind voices', 'Expected --kind=voices to be one of: stt, llm, tts, vad, embedding'],
  ])('%s would be found out', async (command, fault) => {
    expect(await faultOf({file: '', command, whole: true})).toBe(fault)
  })
})
