import type {StandInState} from '../state.ts'
import {changing} from './changing.ts'
import {commandLists} from './command-lists.ts'
import {files} from './files.ts'
import {sounds} from './sounds.ts'
import {webhooks} from './webhooks.ts'
import {writing} from './writing.ts'

/** Every method but getUpdates, which waits. */
export const methodsOf = (state: StandInState) => ({
  getMe: () => state.me,
  ...webhooks(state),
  ...writing(state),
  ...sounds(state),
  ...changing(state),
  ...files(state),
  ...commandLists(state),
})
