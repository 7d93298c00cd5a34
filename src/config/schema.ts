import * as z from 'zod'
import type {Variable} from './variable.ts'
import {discord, telegram} from './variables/channels.ts'
import {access, gateway} from './variables/gateway.ts'
import {general} from './variables/general.ts'
import {languageModel} from './variables/language-model.ts'
import {models} from './variables/models.ts'
import {speechToText, textToSpeech} from './variables/speech.ts'
import {store} from './variables/store.ts'
import {tasks} from './variables/tasks.ts'
import {testing} from './variables/testing.ts'

/** Every environment variable Essence reads, in the order and under the headings of the documentation. */
export const groups = {
  'Every service': general,
  Models: models,
  'Language model': languageModel,
  'Speech to text': speechToText,
  'Text to speech': textToSpeech,
  Telegram: telegram,
  Discord: discord,
  'Gateway and web page': gateway,
  'Access and limits': access,
  'Storage and connections': store,
  'Autonomous tasks': tasks,
  'Tests and the container stack': testing,
} as const satisfies Record<string, Record<string, Variable>>

const table = {
  ...general,
  ...models,
  ...languageModel,
  ...speechToText,
  ...textToSpeech,
  ...telegram,
  ...discord,
  ...gateway,
  ...access,
  ...store,
  ...tasks,
  ...testing,
}

export type VariableName = keyof typeof table

/** The same table without groups, by name. */
export const variables: Readonly<Record<VariableName, Variable>> = table

export const variableNames = Object.keys(table) as VariableName[]

export const isVariableName = (name: string): name is VariableName => Object.hasOwn(table, name)

type Shape = {[K in VariableName]: (typeof table)[K]['schema']}

/** Texts in, checked and typed settings out. */
export const settingsSchema = z.object(
  Object.fromEntries(Object.entries(table).map(([name, {schema}]) => [name, schema])) as unknown as Shape,
)

/** What the environment says, checked: keyed by variable name, secrets wrapped. An unset variable is `undefined`. */
export type Settings = z.output<typeof settingsSchema>

/** Variables of the original that have no effect here, with what to do instead. */
export const retired: Readonly<Record<string, string>> = {
  STT_MODEL_NAME: 'use STT_MODEL',
  CONVERSATION_API_URL: 'conversations are read from the database itself',
  CURSOR_AGENT_EXE: 'June answers with its own model',
  AGENTICNESS_STATE_DIR: 'June answers with its own model',
  AGENTICNESS_DIR: 'June answers with its own model',
  DB_HOST: 'use POSTGRES_URL',
  DB_PORT: 'use POSTGRES_URL',
  DB_NAME: 'use POSTGRES_URL',
  DB_USER: 'use POSTGRES_URL',
  DB_PASSWORD: 'use POSTGRES_URL',
}
