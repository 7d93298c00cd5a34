import {readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import * as z from 'zod'
import {EssenceError, messageOf, systemCodeOf} from '../kit/errors.ts'
import {type TestReport, testReportSchema} from './test-report.ts'

/** The data of a report, in its folder. */
export const reportFile = 'report.json'

const invalid = (path: string, found: string, suggestion: string, cause?: unknown): EssenceError =>
  new EssenceError('REPORT_INVALID', `${path} is not the report of a test: ${found}.`, {
    suggestions: [suggestion],
    cause,
  })

const again = 'Run the test again to have a new one.'

const readText = async (path: string): Promise<{file: string; text: string}> => {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, reportFile) : path
    return {file, text: await readFile(file, 'utf8')}
  } catch (error) {
    const code = systemCodeOf(error)
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is none' : messageOf(error)
    throw new EssenceError('INPUT_NOT_FOUND', `The report ${path} cannot be read: ${why}.`, {
      suggestions: [`Name the folder of a report, or its ${reportFile}.`],
      cause: error,
    })
  }
}

const head = z.object({version: z.number(), kind: z.string()})

/**
 * The report of a test.
 * @param path its folder, or the file with its data
 * @throws INPUT_NOT_FOUND, REPORT_INVALID
 */
export const readTestReport = async (path: string): Promise<TestReport> => {
  const {file, text} = await readText(path)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw invalid(file, 'it holds no JSON', again, error)
  }
  const begins = head.safeParse(data)
  if (!begins.success) throw invalid(file, 'it has no version and kind', again)
  const {version, kind} = begins.data
  const known = testReportSchema.shape.version.value
  if (version > known)
    throw invalid(
      file,
      `its version is ${version}, and this Essence knows ${known}`,
      'Read it with the Essence that wrote it, or a newer one.',
    )
  if (kind !== 'test') throw invalid(file, `it is of the kind "${kind}"`, 'Name the report of essence test.')
  const parsed = testReportSchema.safeParse(data)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(file, issue ? `${issue.path.join('.')}: ${issue.message}` : 'unknown', again, parsed.error)
}
