import {spellingFamilies, spellingPairs} from './spelling-data.ts'

const ofFamily = (line: string): [british: string, american: string][] => {
  const [, from = '', to = '', endings = '', stems = ''] = /^(\w*)>(\w*) (\S+): (.+)$/.exec(line) ?? []
  return stems.split(' ').flatMap(stem =>
    endings
      .split(',')
      .map(ending => ending.replace('-', ''))
      .map((ending): [string, string] => [stem + from + ending, stem + to + ending]),
  )
}

const american = new Map<string, string>([
  ...spellingFamilies.trim().split('\n').flatMap(ofFamily),
  ...spellingPairs
    .trim()
    .split(/,\s+/)
    .map((pair): [string, string] => {
      const [british = '', other = ''] = pair.split(' ')
      return [british, other]
    }),
])

/** "colour" is "color", so that neither spelling counts as an error. Of words in lower case, with single spaces. */
export const americanSpelling = (text: string): string =>
  text
    .split(' ')
    .map(word => american.get(word) ?? word)
    .join(' ')
