import {join} from 'node:path'
import type {Settings} from '../config/schema.ts'

/** Where the report of a run goes unless a folder is named: `run_20261129_043000` in JUNE_TEST_DATA_DIR, by this machine's clock. */
export const reportFolder = ({JUNE_TEST_DATA_DIR}: Pick<Settings, 'JUNE_TEST_DATA_DIR'>, startedAt: Date): string => {
  const digits = (value: number): string => String(value).padStart(2, '0')
  const day = [startedAt.getFullYear(), startedAt.getMonth() + 1, startedAt.getDate()]
  const time = [startedAt.getHours(), startedAt.getMinutes(), startedAt.getSeconds()]
  return join(JUNE_TEST_DATA_DIR, `run_${day.map(digits).join('')}_${time.map(digits).join('')}`)
}
