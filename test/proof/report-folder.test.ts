import {homedir} from 'node:os'
import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {reportFolder} from '@essence/core/proof/report-folder'
import {expect, it} from 'vitest'

it.each([
  [{}, join(homedir(), 'june_test_data')],
  [{JUNE_TEST_DATA_DIR: '/srv/reports'}, '/srv/reports'],
])('is named by the time of the run, with %j', async (env, folder) => {
  const {settings} = await readConfig({env: {ENV_SH: '/dev/null', ...env}})
  expect(reportFolder(settings, new Date(2026, 10, 9, 4, 5, 6))).toBe(join(folder, 'run_20261109_040506'))
})
