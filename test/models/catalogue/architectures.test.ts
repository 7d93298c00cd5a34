// What a profile installs, the llama.cpp that is installed here loads: its library holds the name of each architecture.

import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {catalogue} from '@essence/core/models/catalogue/catalogue'
import {expect, it} from 'vitest'

const binaries = join(import.meta.dirname, '../../../node_modules/@node-llama-cpp')
const libraries = globSync(`${binaries}/*/bins/*/{libllama.*,llama*.dll}`).filter(path =>
  /\.(so|dylib|dll)$/.test(path),
)

it.skipIf(libraries.length === 0)(
  'llama.cpp knows the architecture of every model in the catalogue (needs its library)',
  () => {
    const wanted = new Set(catalogue.flatMap(({architecture}) => architecture ?? []))
    expect(wanted.size).toBeGreaterThan(5)
    for (const path of libraries) {
      const bytes = readFileSync(path)
      // A name may be kept as the end of a longer one: `bert` of `modern-bert`.
      const knows = (name: string): boolean => bytes.includes(`${name}\0`)
      expect(
        [...wanted].filter(name => !knows(name)),
        path,
      ).toEqual([])
      expect(knows('an-architecture-nobody-made')).toBe(false)
    }
  },
)
