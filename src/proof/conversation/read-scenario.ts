import {readdir, readFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {basename, dirname, extname, join} from 'node:path'
import {type Document, isNode, LineCounter, parseDocument} from 'yaml'
import {EssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'
import {nearest} from '../../kit/nearest.ts'
import {type Scenario, scenarioSchema} from './scenario.ts'
import type {Step} from './steps.ts'

/** The scenarios that come with Essence. */
const shippedFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@essence/core/package.json')), 'proof/conversation/scenarios')

/** Their names, in order. */
export const shippedScenarios = async (): Promise<string[]> =>
  (await readdir(shippedFolder())).flatMap(file => (file.endsWith('.yaml') ? [basename(file, '.yaml')] : [])).toSorted()

/**
 * Reads scenarios by name or path; without any, all that come with Essence.
 * @throws INPUT_NOT_FOUND, SCENARIO_INVALID
 */
export const readScenarios = async (wanted: readonly string[]): Promise<Scenario[]> => {
  const shipped = await shippedScenarios()
  return Promise.all(
    (wanted.length === 0 ? shipped : wanted).map(async name => {
      const file = shipped.includes(name) ? join(shippedFolder(), `${name}.yaml`) : name
      return parseScenario(await textOf(file, shipped), file)
    }),
  )
}

const textOf = async (file: string, shipped: readonly string[]): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const why =
      systemCodeOf(error) === 'ENOENT' ? 'there is neither a file nor a scenario of that name' : messageOf(error)
    const meant = nearest(file, shipped)
    throw new EssenceError('INPUT_NOT_FOUND', `The scenario ${file} cannot be read: ${why}.`, {
      suggestions: [
        ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
        `Name a YAML file, or one of ${shipped.join(', ')}.`,
      ],
      cause: error,
    })
  }
}

const invalid = (place: string, problems: readonly string[], cause?: unknown): EssenceError =>
  new EssenceError('SCENARIO_INVALID', [`${place} is no scenario:`, ...problems].join('\n'), {
    suggestions: ['See docs/conversation-tests.md for the steps and what they expect.'],
    cause,
  })

/**
 * @param file of the text: its name is that of a scenario without one
 * @throws SCENARIO_INVALID, with the line of each problem
 */
export const parseScenario = (text: string, file: string): Scenario => {
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines, prettyErrors: false})
  if (document.errors.length > 0)
    throw invalid(
      file,
      document.errors.map(({message, pos: [at]}) => `line ${lines.linePos(at).line}: ${message}`),
    )
  const lineAt = (path: readonly PropertyKey[]): number => lineOf(document, path, lines)
  const parsed = scenarioSchema.safeParse(plainOf(document, file))
  if (!parsed.success)
    throw invalid(
      file,
      parsed.error.issues.map(
        ({path, message}) => `line ${lineAt(path)}: ${path.join('.')}${path.length > 0 ? ': ' : ''}${message}`,
      ),
      parsed.error,
    )
  const numbered = <T extends Step>(steps: readonly T[], path: readonly PropertyKey[]): T[] =>
    steps.map((step, at) => {
      const line = lineAt([...path, at])
      return step.kind === 'another'
        ? {...step, line, another: numbered(step.another, [...path, at, 'another'])}
        : {...step, line}
    })
  const {name = basename(file, extname(file)), steps, ...rest} = parsed.data
  return {name, file, ...rest, steps: numbered(steps, ['steps'])}
}

/** @throws SCENARIO_INVALID for aliases that unfold without end */
const plainOf = (document: Document, file: string): unknown => {
  try {
    return document.toJS()
  } catch (error) {
    throw invalid(file, [messageOf(error)], error)
  }
}

/** Of the value at a path, or of what is nearest above it. */
const lineOf = (document: Document, path: readonly PropertyKey[], lines: LineCounter): number => {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
