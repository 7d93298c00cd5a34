// What a person meets on a bad day: a repository that is gone, a link that expired, a hub that is busy for half a minute.
import {join} from 'node:path'
import {type DownloadRequest, runDownload} from '@essence/core/cli/models/run-download'
import {readConfig} from '@essence/core/config/read'
import {expect, it, vi} from 'vitest'
import {peerFor, standInRepos, temporaryFolder} from '../../models/setup.ts'

const voice = 'piper-de_de-thorsten-medium'

it('--all ends with four of five models, and one clear line for the one that is gone', async () => {
  const folder = await temporaryFolder()
  let ms = 0
  const peer = await peerFor({
    repos: standInRepos(),
    fault: ({path}) =>
      path.startsWith('/api/') && ms < 30_000
        ? {kind: 'status', status: 503, headers: {'retry-after': '3'}}
        : undefined,
    expired: link => link === 0,
  })
  delete peer.repos['rhasspy/piper-voices']
  const {settings} = await readConfig({
    env: {
      ENV_SH: '/dev/null',
      HF_ENDPOINT: peer.endpoint,
      MODEL_CACHE_DIR: join(folder, 'models'),
      JUNE_DATA_DIR: join(folder, 'data'),
      MODEL_PROFILE: 'starter',
    },
  })
  const stdout: string[] = []
  let stderr = ''
  const written = vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    stderr += String(text)
    return true
  })
  let report: unknown
  const request: DownloadRequest = {
    ...{settings, all: true, models: [voice], kind: undefined, allow: undefined, force: false, update: false},
    ...{wait: true, dryRun: false, show: 'lines', log: line => stdout.push(line), onReport: data => (report = data)},
    transfer: {
      sleep: async pauseMs => {
        ms += pauseMs
      },
    },
  }
  const error = await runDownload(request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  written.mockRestore()

  expect(error).toMatchObject({code: 'REMOTE_REFUSED', exit: 5})
  expect(String(error)).toContain(`1 of 5 models was not installed: ${voice}`)
  expect(stdout.filter(line => line.startsWith('✓')).length).toBe(4)
  expect(stdout.filter(line => line.startsWith('✗'))).toEqual([
    expect.stringMatching(
      new RegExp(`^✗ ${voice}: .* rhasspy/piper-voices .*\\(401\\)\\. See whether it exists: http`),
    ),
  ])
  expect(report).toMatchObject({models: {length: 4}, failed: [{id: voice, code: 'REMOTE_REFUSED'}]})
  expect(stderr).toMatch(/the hub is busy \(503\); trying again in 3 s/)
  expect(ms).toBeGreaterThanOrEqual(30_000)
})
