// Steps as they are shown: on a terminal, as lines, and not at all.
import {PassThrough} from 'node:stream'
import {text} from 'node:stream/consumers'
import {stripVTControlCharacters} from 'node:util'
import {openStepView, type StepViewKind} from '@essence/core/cli/step-view'
import {describe, expect, it} from 'vitest'

const titles = {install: 'Install', pack: 'Pack', sign: 'Sign'}
type View = ReturnType<typeof openStepView<keyof typeof titles>>

const shown = async (kind: StepViewKind, tell: (view: View) => void): Promise<string> => {
  const stream = Object.assign(new PassThrough(), {isTTY: true, columns: 80, rows: 24})
  const view = openStepView(titles, kind, stream as unknown as NodeJS.WriteStream)
  tell(view)
  await view.close()
  stream.end()
  return stripVTControlCharacters(await text(stream))
}

const good = ({onStep}: View): void => {
  onStep({step: 'install', state: 'started'})
  onStep({step: 'install', state: 'done', detail: '210 packages', ms: 4250})
  onStep({step: 'pack', state: 'started'})
  onStep({step: 'pack', state: 'progress', detail: '40 %'})
  onStep({step: 'pack', state: 'done', ms: 20})
  onStep({step: 'sign', state: 'skipped', detail: 'no key'})
}
const bad = ({onStep}: View): void => {
  onStep({step: 'install', state: 'started'})
  onStep({step: 'install', state: 'failed', detail: 'told by the error itself'})
}

describe('steps', () => {
  it('as lines: one for each that is over', async () => {
    expect(await shown('lines', good)).toBe('Install: 210 packages  4.3 s\nPack\nSign: left out, no key\n')
    expect(await shown('lines', bad)).toBe('Install: failed\n')
  })

  it('on a terminal: what came of each, and what was not reached', async () => {
    const all = await shown('terminal', good)
    expect(all).toMatch(/✔ Install: 210 packages {2}4\.3 s/)
    expect(all).toMatch(/✔ Pack/)
    expect(all).toContain('Sign: left out, no key')
    const failed = await shown('terminal', bad)
    expect(failed).toMatch(/✖ Install: failed/)
    expect(failed).not.toMatch(/✔/)
    expect(failed).not.toContain('told by the error')
  })

  it('quietly: nothing', async () => {
    expect(await shown('quiet', good)).toBe('')
  })
})
