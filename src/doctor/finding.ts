/** One thing the doctor looked at. */
export interface Finding {
  /** What was looked at, in a word or two: `disk`, `port of the gateway`. Unique in a report. */
  id: string
  /** `warning`: June runs, but not as it could. `failure`: June, or a part that is switched on, cannot run. */
  status: 'ok' | 'warning' | 'failure'
  /** What was found. */
  detail: string
  /** What to do about it; a command wherever there is one. */
  fix?: string
}

export const ok = (id: string, detail: string): Finding => ({id, status: 'ok', detail})
export const warning = (id: string, detail: string, fix: string): Finding => ({id, status: 'warning', detail, fix})
export const failure = (id: string, detail: string, fix: string): Finding => ({id, status: 'failure', detail, fix})
