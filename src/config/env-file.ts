import {open} from 'node:fs/promises'
import {parse} from 'dotenv'
import {EssenceError, messageOf, systemCodeOf} from '../kit/errors.ts'
import {byteOrderMark, envStatements, lineEnd, quoted} from './env-statements.ts'

/** `NAME=value` of an environment file. */
export interface Assignment {
  value: string
  line: number
  /** A shell that sources the file would read another value than we do. */
  ambiguous: boolean
}

export interface EnvFile {
  assignments: ReadonlyMap<string, Assignment>
  /** Lines that are no assignment, and were not read. */
  skipped: number[]
  /** Lines whose quotation mark is never closed: the lines after them cannot be trusted. */
  unclosed: number[]
}

const maxBytes = 1024 * 1024

/** The value of an assignment. @param raw all that stands behind its = */
export const assignedValue = (name: string, raw: string): string => parse(`${name}=${raw}`)[name] ?? ''

/** What a shell treats in its own way, and dotenv does not. Comments are behind a blank for both. */
const ambiguousIn = (blank: string, raw: string): boolean => {
  const written = raw.trim()
  if (/^\s+#/.test(raw)) return false
  if (blank || (written && /^\s/.test(raw))) return true
  const inQuotes = quoted.exec(written)?.[0]
  if (inQuotes) {
    const rest = written.slice(inQuotes.length)
    if (rest && !/^\s+#/.test(rest)) return true
    return inQuotes.startsWith('"') ? /[$`\\]/.test(inQuotes) : inQuotes.includes('\\')
  }
  return /[\s;&|<>()$`\\"'#]/.test(written.split(/\s#/, 1).join().trimEnd())
}

/** Reads the text of an environment file as data; nothing in it is executed. Values are as dotenv understands them. */
export const parseEnvText = (text: string): EnvFile => {
  const assignments = new Map<string, Assignment>()
  const skipped: number[] = []
  const unclosed: number[] = []
  for (const statement of envStatements(text.replace(byteOrderMark, '').split(lineEnd))) {
    const line = statement.first + 1
    if (statement.kind === 'skipped') skipped.push(line)
    else if (statement.kind === 'unclosed') unclosed.push(line)
    else {
      const {name, blank, raw} = statement
      assignments.set(name, {value: assignedValue(name, raw), line, ambiguous: ambiguousIn(blank, raw)})
    }
  }
  return {assignments, skipped, unclosed}
}

const unreadable = (path: string, why: string, suggestion: string, cause?: unknown): EssenceError =>
  new EssenceError('CONFIG_INVALID', `The environment file ${path} ${why}.`, {suggestions: [suggestion], cause})

const whyNot = (code: string | undefined, cause: unknown): string => {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user'
  return `cannot be read: ${messageOf(cause)}`
}

/** Reads at most one byte more than is allowed, so that an endless file ends. */
const readBytes = async (path: string): Promise<Buffer | 'directory'> => {
  await using file = await open(path, 'r')
  if ((await file.stat()).isDirectory()) return 'directory'
  const chunks: Buffer[] = []
  for await (const chunk of file.createReadStream({end: maxBytes, autoClose: false})) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/**
 * The text of an environment file.
 * @param optional a missing file, or a folder of that name (a Python environment is often called .env), gives undefined
 * @throws CONFIG_INVALID when it is missing, unreadable, a directory, larger than 1 MiB, or not text
 */
export const readEnvText = async (path: string, optional = false): Promise<string | undefined> => {
  const suggestion = optional
    ? 'Repair or remove it; .env in the working directory is read when ENV_SH is not set.'
    : 'Set ENV_SH to a file of NAME=value lines, or unset it.'
  let bytes: Buffer | 'directory'
  try {
    bytes = await readBytes(path)
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (optional && code === 'ENOENT') return undefined
    throw unreadable(path, whyNot(code, cause), suggestion, cause)
  }
  if (bytes === 'directory') {
    if (optional) return undefined
    throw unreadable(path, 'is a directory, expected a file', suggestion)
  }
  if (bytes.length > maxBytes) throw unreadable(path, 'is larger than 1 MiB, the most that is read', suggestion)
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch (cause) {
    throw unreadable(path, 'is not UTF-8 text', suggestion, cause)
  }
  if (text.includes('\0')) throw unreadable(path, 'is not text: it contains NUL bytes', suggestion)
  return text
}

/** Reads an environment file. @throws what `readEnvText` throws */
export const readEnvFile = async (path: string, optional = false): Promise<EnvFile | undefined> => {
  const text = await readEnvText(path, optional)
  return text === undefined ? undefined : parseEnvText(text)
}
