import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {en} from '@essence/core/channel/words/languages/en'
import {expect, it} from 'vitest'
import {codeBelow, root} from './imports.ts'

/** A key where it is said, chosen or listed: not a case, nor what is compared, nor a type. */
const saidKey = /(?:[wW]ords(?:(?:Of|In)\([^()]*\))?\(|\? |: |\?\? |\[|, |(?<!=)= )'(\w+)'/g

const saidIn = (text: string): string[] => [...text.matchAll(saidKey)].flatMap(([, key]) => key ?? [])

it('whatever bots have words for is said by one of them', () => {
  const files = ['src/channel', 'plugins/telegram/src', 'plugins/discord/src']
    .flatMap(codeBelow)
    .filter(file => !file.includes('/words/languages/'))
  const said = new Set(files.flatMap(file => saidIn(readFileSync(join(root, file), 'utf8'))))
  expect(files.length).toBeGreaterThan(100)
  expect(Object.keys(en).filter(key => !said.has(key))).toEqual([])
})

it('finds what is said, and nothing else of that name', () => {
  expect(
    saidIn("words('busy'), wordsOf(message)('gaveUp'), isGroup ? 'blocked' : 'asks', ['argPerson', 'argReason']"),
  ).toEqual(['busy', 'gaveUp', 'blocked', 'asks', 'argPerson', 'argReason'])
  expect(saidIn("case 'waiting': leave('empty') kind === 'asks' | 'left'")).toEqual([])
})
