import {PassThrough} from 'node:stream'
import {openView} from '@essence/core/cli/models/download-view'
import {expect, it} from 'vitest'

it('leaves Ctrl-C to the command, which saves what arrived and gives the locks back', async () => {
  const listeners = () => ['SIGINT', 'SIGTERM'].map(name => process.listenerCount(name))
  const before = listeners()
  const stream = Object.assign(new PassThrough(), {columns: 80, rows: 24}) as unknown as NodeJS.WriteStream
  stream.resume()
  const view = openView('terminal', stream)
  const file = {model: 'm', path: 'model.bin', size: 2_000_000}
  view.onEvent({event: 'start', files: 1, bytes: file.size, toFetch: file.size})
  view.onEvent({event: 'file', ...file, state: 'fetch'})
  view.onEvent({event: 'progress', ...file, received: 1000})
  expect(listeners()).toEqual(before)
  await view.close()
})
