import type {SettingsGroup, SettingsOf} from './declaration.ts'
import {access} from './variables/access.ts'
import {channels} from './variables/channels.ts'
import {general} from './variables/general.ts'
import {languageModel} from './variables/language-model.ts'
import {mind} from './variables/mind.ts'
import {models} from './variables/models.ts'
import {speaker} from './variables/speaker.ts'
import {speechToText, textToSpeech} from './variables/speech.ts'
import {store} from './variables/store.ts'
import {tasks} from './variables/tasks.ts'
import {testing} from './variables/testing.ts'

/** The core's own environment variables, in the order and under the headings of the documentation. */
export const coreGroups: readonly SettingsGroup[] = [
  {heading: 'Every service', variables: general},
  {heading: 'Models', variables: models},
  {heading: 'Language model', variables: languageModel},
  {heading: 'Memory, documents and tools', variables: mind},
  {heading: 'Speech to text', variables: speechToText},
  {heading: 'Text to speech', variables: textToSpeech},
  {heading: 'Who is speaking', variables: speaker},
  {heading: 'Access and limits', variables: access},
  {heading: 'Storage and connections', variables: store},
  {heading: 'Channels', variables: channels},
  {heading: 'Autonomous tasks', variables: tasks},
  {heading: 'Tests and the container stack', variables: testing},
]

/** The same without groups, by name. */
export const variables = {
  ...general,
  ...models,
  ...languageModel,
  ...mind,
  ...speechToText,
  ...textToSpeech,
  ...speaker,
  ...access,
  ...store,
  ...channels,
  ...tasks,
  ...testing,
}

/** What the environment says of the core's variables, checked. */
export interface Settings extends SettingsOf<typeof variables> {}

/** The core's variables that something reads. */
export type VariableName = keyof Settings

/** Variables of the original that have no effect here, with what to do instead. */
export const retired: Readonly<Record<string, string>> = {
  STT_MODEL_NAME: 'use STT_MODEL',
  CONVERSATION_API_URL: 'conversations are read from the database itself',
  CURSOR_AGENT_EXE: 'June answers with its own model',
  AGENTICNESS_STATE_DIR: 'June answers with its own model',
  AGENTICNESS_DIR: 'June answers with its own model',
  DB_HOST: 'POSTGRES_URL takes its place, once something reads it',
  DB_PORT: 'POSTGRES_URL takes its place, once something reads it',
  DB_NAME: 'POSTGRES_URL takes its place, once something reads it',
  DB_USER: 'POSTGRES_URL takes its place, once something reads it',
  DB_PASSWORD: 'POSTGRES_URL takes its place, once something reads it',
}
