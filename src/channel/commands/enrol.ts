import type {Voices} from '../voices/voices.ts'
import type {Words} from '../words/words.ts'
import type {Person} from './memory-commands.ts'

/** `/enrol`: begins to learn how a person sounds; with `off` erases it. @throws as `Enrolments.erase` */
export const enrol = async (
  argument: string,
  {speaker}: Pick<Person, 'speaker'>,
  {enrolments}: Voices,
  words: Words,
): Promise<string> => {
  if (argument.trim().toLowerCase() !== 'off') return await enrolments.begin(speaker, words)
  await enrolments.erase(speaker)
  return words('enrolErased')
}
