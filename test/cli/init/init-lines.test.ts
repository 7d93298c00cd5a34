import type {AnswerRow} from '@essence/core/cli/init/answer-steps'
import {whyUnfit} from '@essence/core/cli/init/ask-step'
import {answerLines, fitted, leftOutLine} from '@essence/core/cli/init/init-lines'
import {text, timeZone} from '@essence/core/config/variable'
import {expect, it} from 'vitest'

const row = (given: Partial<AnswerRow>): AnswerRow => ({
  ...{name: 'NAME', state: 'new', value: null, secret: false, fact: null},
  ...given,
})

it('shows what each setting is, of a secret only that it is set, and how to come back to what was left out', () => {
  const rows = [
    row({name: 'TOKEN', state: 'kept', secret: true, fact: '@june'}),
    row({name: 'ZONE', value: 'UTC'}),
    row({name: 'OWNER', state: 'left out'}),
  ]
  expect(answerLines(rows, 80)).toEqual(['✓  TOKEN  set  kept, @june', '✓  ZONE   UTC  new', '–  OWNER       left out'])
  expect(leftOutLine(rows)).toBe('To be asked for what was left out: essence init --change OWNER')
  expect(leftOutLine(rows.slice(0, 2))).toBeUndefined()
})

it('breaks what does not fit, between words, and leaves a table as it is', () => {
  expect(fitted('one two three\n  1   a', 9)).toBe('one two\nthree\n  1   a')
  // As it is typed: what fits with the plain name may not do so.
  expect(fitted('Then: essence up now', 20, './bin/essence')).toBe('Then: ./bin/essence\nup now')
})

it('takes what a file keeps for a shell, too', () => {
  const words = text({help: 'Words'})
  expect(whyUnfit('two words', words)).toBeUndefined()
  for (const value of ["it's", 'a\nb', 'a\0b']) expect(whyUnfit(value, words)).toMatch(/quotation marks, on one line/)
  expect(whyUnfit('nowhere', timeZone({help: 'Zone'}))).toBe('expected a time zone, as Europe/Berlin')
})
