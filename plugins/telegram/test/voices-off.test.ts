import {existsSync, readFileSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {expect, it} from 'vitest'
import {root} from '../../../test/house/imports.ts'

/** What is loaded with a file: imports of values, not those of types nor those within functions. */
const loadedWith = (start: string): Set<string> => {
  const seen = new Set<string>()
  const walk = (file: string): void => {
    if (seen.has(file) || !existsSync(join(root, file))) return
    seen.add(file)
    const source = readFileSync(join(root, file), 'utf8')
    for (const [, target = ''] of source.matchAll(/^(?:import|export) (?!type )[^'\n]*(?:\n[^'\n]*)*?from '([^']+)'/gm))
      walk(
        target.startsWith('.')
          ? relative(root, resolve(root, dirname(file), target))
          : target.replace(/^@essence\/core\/(.*)/, 'src/$1.ts'),
      )
  }
  walk(start)
  return seen
}

it('the bot loads nothing that knows voices before a model is named', () => {
  const loaded = loadedWith('plugins/telegram/src/service.ts')
  // Voiceprints are erased with the memory, also where none are made any more.
  const ofVoices = [...loaded].filter(file => /^src\/(?:speaker\/|engines\/speaker)/.test(file)).sort()
  expect(ofVoices).toEqual([
    'src/engines/speaker/erasing-voices.ts',
    'src/engines/speaker/voiceprints.ts',
    'src/speaker/voiceprint-file.ts',
  ])
  expect(loaded).toContain('plugins/telegram/src/answer-turn.ts')
  expect(loadedWith('src/engines/speaker/recognition.ts')).toContain('src/speaker/embedder.ts')
})
