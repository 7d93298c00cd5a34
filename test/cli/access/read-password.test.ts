import {Readable} from 'node:stream'
import {readPassword} from '@essence/core/cli/access/read-password'
import {Secret} from '@essence/core/kit/secret'
import {describe, expect, it} from 'vitest'

/** Somebody who types these answers, one after the other. */
const typing = (...answers: string[]) => {
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    const answer = answers.shift()
    return answer === undefined ? undefined : new Secret(answer)
  }
  return {ask, asked}
}
const asks = {fromStdin: false, canAsk: true}

describe('a new password', () => {
  it('is asked for twice', async () => {
    const {ask, asked} = typing('correct horse', 'correct horse')
    expect(await readPassword(asks, ask)).toBe('correct horse')
    expect(asked).toEqual(['Password: ', 'Once more: '])
  })

  it.each([
    [['correct horse', 'another horse'], 'USAGE', 'The two are not the same. Nothing was changed.'],
    [[], 'CANCELLED', 'No password was given. Nothing was changed.'],
    [['correct horse'], 'CANCELLED', 'No password was given. Nothing was changed.'],
    [['short', 'short'], 'USAGE', 'A password has 8 to 256 characters; this one has 5.'],
  ])('typed as %j is refused', async (answers, code, message) => {
    await expect(readPassword(asks, typing(...answers).ask)).rejects.toMatchObject({code, message})
  })

  it.each(['correct horse', 'correct horse\n', 'correct horse\r\n'])('comes from standard input: %j', async typed => {
    const {ask, asked} = typing()
    expect(await readPassword({...asks, fromStdin: true}, ask, Readable.from([typed]))).toBe('correct horse')
    expect(asked).toEqual([])
  })

  it('keeps the spaces, and all lines but the end of the last', async () => {
    expect(await readPassword({...asks, fromStdin: true}, undefined, Readable.from([' two\nlines \n\n']))).toBe(
      ' two\nlines \n',
    )
  })

  it.each([
    [{...asks, canAsk: false}, typing('correct horse', 'correct horse').ask],
    [asks, undefined],
  ])('without a terminal says which flag to pass', async (source, ask) => {
    await expect(readPassword({...source, instead: '--no-password'}, ask)).rejects.toMatchObject({
      code: 'USAGE',
      suggestions: ['Pass --password-stdin or --no-password.'],
    })
  })
})
