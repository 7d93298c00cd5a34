import {join} from 'node:path'
import {type DownloadRequest, runDownload} from '@essence/core/cli/models/run-download'
import {readConfig} from '@essence/core/config/read'
import {vi} from 'vitest'

/** What came of a `models download` in this process, whose pauses take no time. */
export interface Downloaded {
  data: unknown
  error: unknown
  report: unknown
  /** Lines of the result. */
  lines: string[]
  stderr: string
}

/** @param sleep moves the clock of a test */
export const downloadAsCommand = async (
  endpoint: string,
  folder: string,
  request: Partial<DownloadRequest>,
  sleep: (ms: number) => void = () => {},
): Promise<Downloaded> => {
  const env = {
    ...{ENV_SH: '/dev/null', HF_ENDPOINT: endpoint, MODEL_PROFILE: 'starter'},
    ...{MODEL_CACHE_DIR: join(folder, 'models'), JUNE_DATA_DIR: join(folder, 'data')},
  }
  const {settings} = await readConfig({env})
  const printed: Downloaded = {data: undefined, error: undefined, report: undefined, lines: [], stderr: ''}
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    printed.stderr += String(text)
    return true
  })
  try {
    printed.data = await runDownload({
      ...{settings, all: false, models: [], kind: undefined, allow: undefined, force: false, update: false},
      ...{wait: true, dryRun: false, show: 'lines', log: line => printed.lines.push(line)},
      onReport: report => {
        printed.report = report
      },
      transfer: {sleep: async ms => sleep(ms)},
      ...request,
    })
  } catch (error) {
    printed.error = error
  } finally {
    stderr.mockRestore()
  }
  return printed
}
