// What a person meets on a bad day: a repository that is gone, a link that expired, a hub that is busy for half a minute.

import {expect, it} from 'vitest'
import {peerFor, standInRepos} from '../../models/setup.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {downloadAsCommand} from './request.ts'

const voice = 'jets-ljspeech'

it('--all ends with five of six models, and one clear line for the one that is gone', async () => {
  let ms = 0
  const busy = {kind: 'status', status: 503, headers: {'retry-after': '3'}} as const
  const peer = await peerFor({
    repos: standInRepos(),
    fault: ({path}) => (path.startsWith('/api/') && ms < 30_000 ? busy : undefined),
    expired: link => link === 0,
  })
  delete peer.repos['NeuML/ljspeech-jets-onnx']
  const request = {all: true, models: [voice]}
  const {error, report, lines, stderr} = await downloadAsCommand(peer.endpoint, temporaryFolder(), request, pauseMs => {
    ms += pauseMs
  })
  expect(error).toMatchObject({code: 'REMOTE_REFUSED', exit: 5})
  expect(String(error)).toContain(`1 of 6 models was not installed: ${voice}`)
  expect(lines.filter(line => line.startsWith('✓')).length).toBe(5)
  expect(lines.filter(line => line.startsWith('✗'))).toEqual([
    expect.stringMatching(
      new RegExp(`^✗ ${voice}: .* NeuML/ljspeech-jets-onnx .*\\(401\\)\\. See whether it exists: http`),
    ),
  ])
  expect(report).toMatchObject({models: {length: 5}, failed: [{id: voice, code: 'REMOTE_REFUSED'}]})
  expect(stderr).toMatch(/the hub is busy \(503\); trying again in 3 s/)
  expect(ms).toBeGreaterThanOrEqual(30_000)
})
