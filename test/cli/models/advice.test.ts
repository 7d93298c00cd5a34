// Whatever advises a command of `essence models`, in a message or a document, advises one that works when it is typed.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {BaseCommand} from '@essence/core/cli/base-command'
import {Config, Flags, Parser} from '@oclif/core'
import {expect, it} from 'vitest'

const root = join(import.meta.dirname, '../../..')

const texts = ['src', 'commands', 'plugins', 'docs'].flatMap(folder =>
  readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
    .filter(path => /\.(ts|md|html)$/.test(path) && !/(^|\/)(dist|node_modules|test)\//.test(path))
    .map(path => join(folder, path)),
)

const generated = 'docs/commands.md'

/** Commands as they stand in a text: up to what ends a quotation, a sentence or a line. */
const advised = (text: string): string[] =>
  [...text.matchAll(/(?:essence|<%= config\.bin %>) models ([a-z]+(?: (?:\$\{[^}]*\}|[^\s`'"<>|;:,()#$])+)*)/g)].map(
    ([, command = '']) => command.replace(/\.$/, ''),
  )

it('each is known, with its flags and as many arguments as it takes', async () => {
  const config = await Config.load({root, ignoreManifest: true})
  const wrong: string[] = []
  let seen = 0
  for (const file of [...texts, 'README.md'].filter(path => path !== generated)) {
    for (const line of advised(readFileSync(join(root, file), 'utf8'))) {
      const [name = '', ...argv] = line.split(' ')
      const command = config.findCommand(`models:${name}`)
      seen++
      const {args = {}, flags = {}} = (await command?.load()) ?? {}
      const own = {...flags, ...BaseCommand.baseFlags, json: Flags.boolean()}
      // What a template fills in is a name, a kind or a profile.
      const typed = ['name', 'stt', 'starter'].map(filled => argv.map(word => word.replace(/\$\{[^}]*\}/, filled)))
      const parsed = typed.map(words => Parser.parse(words, {args, flags: own, strict: true}))
      const works = (await Promise.allSettled(parsed)).some(({status}) => status === 'fulfilled')
      // A name by itself is the name of the command, not a line to type.
      if (!command || (argv.length > 0 && !works)) wrong.push(`${file}: essence models ${line}`)
    }
  }
  expect(wrong).toEqual([])
  expect(seen).toBeGreaterThan(30)
})
