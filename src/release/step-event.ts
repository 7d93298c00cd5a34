/** What happens to one step of a build or deploy. */
export interface StepEvent<Step extends string> {
  step: Step
  state: 'started' | 'progress' | 'done' | 'failed' | 'skipped'
  /** In a few words: what came of it, how far it is, why it failed. */
  detail?: string | undefined
  ms?: number | undefined
}
