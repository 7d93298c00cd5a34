import {styleText} from 'node:util'
import {asTyped} from './as-typed.ts'
import {columnsOf, wrapWords} from './table.ts'

/** An error or a warning, as people are told of it. */
export interface Problem {
  kind: 'Error' | 'Warning'
  message: string
  code?: string | undefined
  suggestions?: readonly string[] | undefined
}

/** In front of each line; the supervisor knows the lines of a service that failed by it. */
const mark = '›'

/**
 * Lines that fit, broken between words only: a path or a command that is copied from them stays whole.
 * @param room columns of the terminal
 */
export const problemLines = ({kind, message, code, suggestions = []}: Problem, room: number): string[] => {
  const inner = room - ` ${mark}   `.length
  const wrapped = (text: string, first = '', next = first): string[] =>
    text
      .split('\n')
      .flatMap(line => indented(line, inner - next.length))
      .map((line, at) => (at === 0 ? first : next) + line)
  return [
    ...wrapped(`${kind}: ${message}`),
    ...(code === undefined ? [] : [`Code: ${code}`]),
    ...(suggestions.length === 1 ? wrapped(`Try this: ${suggestions[0]}`) : []),
    ...(suggestions.length > 1 ? ['Try this:', ...suggestions.flatMap(each => wrapped(each, '  * ', '    '))] : []),
  ]
}

/** A line of a message may begin with spaces: the items of a list. */
const indented = (line: string, room: number): string[] => {
  const [spaces = ''] = /^ */.exec(line) ?? []
  const inner = room - spaces.length
  return wrapWords(together(line.slice(spaces.length), inner), inner).map(part => spaces + part.replaceAll(glue, ' '))
}

/** A space at which no line is broken. */
const glue = '\u00a0'

/** A command at the end of advice stays on one line where it fits one: it is there to be copied. */
const together = (text: string, room: number): string =>
  text.replace(/(?<=: )\S*\bessence [a-z].*$/, command =>
    command.length <= room ? command.replaceAll(' ', glue) : command,
  )

/** Says it on standard error; off a terminal each text is one line, however long. */
export const showProblem = (problem: Problem, stream: NodeJS.WriteStream = process.stderr): void => {
  const colour = problem.kind === 'Error' ? 'red' : 'yellow'
  const room = columnsOf(stream)
  const said = {
    ...problem,
    message: asTyped(problem.message),
    suggestions: problem.suggestions?.map(each => asTyped(each)),
  }
  const lines = problemLines(said, room).map(line => ` ${styleText(colour, mark, {stream})}   ${line}`)
  stream.write(`${lines.join('\n')}\n`)
}
