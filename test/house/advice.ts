// What the product and its documents tell people to type.
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseSync, Visitor} from 'rolldown/utils'
import {codeBelow, root} from './imports.ts'

export interface Advice {
  file: string
  /** Without the name of the program: `models download NAME`. */
  command: string
  /** It is meant to be typed as it stands; else it stands in a sentence, whose words go on behind it. */
  whole: boolean
}

/** In the place of what is filled in when it is said. */
export const filledIn = 'FILLED-IN'

/** Texts of a source, with what is filled in replaced; the CLI's name where that is what is filled in. */
const textsOf = (file: string): string[] => {
  const source = readFileSync(join(root, file), 'utf8')
  const texts: string[] = []
  const {program, errors} = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`)
  new Visitor({
    Literal: ({value}) => void (typeof value === 'string' && texts.push(value)),
    TemplateLiteral({quasis, expressions}) {
      const filled = expressions.map(({start, end}) => (/\bbin$/.test(source.slice(start, end)) ? 'essence' : filledIn))
      texts.push(quasis.map(({value}, at) => (value.cooked ?? '') + (filled[at] ?? '')).join(''))
    },
  }).visit(program)
  return texts.map(text => text.replaceAll(/<%=\s*config\.bin\s*%>/g, 'essence'))
}

const pattern = /(?<![\w@/.-])(?:\.\/bin\/)?essence ([a-z][^`|#&\n]*)/g

/** Advice in a source stands behind a colon, or is all there is. */
const inSource = (file: string): Advice[] =>
  textsOf(file).flatMap(text =>
    [...text.matchAll(pattern)].map(({1: found = '', index}) => {
      const whole = index === 0 || /(: |[|&] )$/.test(text.slice(0, index))
      return {file, whole, command: (found.split(/[;…),?]|\. |: /)[0] ?? '').replace(/\.$/, '').trim()}
    }),
  )

/** In a document a block of code is there to be typed; in a sentence a command is only named. Behind `#` stands prose. */
const inDocument = (file: string): Advice[] => {
  const text = readFileSync(join(root, file), 'utf8').replaceAll('\\\n', ' ')
  const blocks = [...text.matchAll(/```(?:sh|bash)?\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  const lines = blocks.flatMap(block => block.split('\n')).map(line => line.split(/(?:^|\s)#/)[0] ?? '')
  const marked = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  const found = (codes: string[], whole: boolean): Advice[] =>
    codes.flatMap(code =>
      [...code.matchAll(pattern)].map(([, command = '']) => ({
        ...{file, whole: whole && !command.includes('…')},
        command: (command.split(/ [<>;]|[)…]/)[0] ?? '').trim(),
      })),
    )
  return [
    ...found(lines, true),
    ...found(
      marked.filter(code => /^(\.\/bin\/)?essence /.test(code)),
      false,
    ),
  ]
}

const sources = ['src', 'plugins', 'commands', 'bin'].flatMap(codeBelow)
const documents = globSync(['README.md', 'CONTRIBUTING.md', 'docs/*.md', 'docs/decisions/*.md'], {cwd: root})

/** Every advice to type a command, wherever it stands. */
export const allAdvice = (): Advice[] => [...sources.flatMap(inSource), ...documents.flatMap(inDocument)]

/** The words of a command as a shell splits it. */
export const shellWords = (command: string): string[] =>
  (command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map(word => word.replaceAll(/["']/g, ''))
