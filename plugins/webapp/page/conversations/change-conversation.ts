import {askJson} from '../server/ask.ts'
import {personName} from '../server/person-name.ts'

const pathOf = (id: string): string => `/conversations/${encodeURIComponent(personName())}/${id}`

/** @throws JuneError */
export const renameConversation = (id: string, title: string): Promise<void> =>
  askJson(pathOf(id), {method: 'PATCH', body: {title}})

/** For good. @throws JuneError */
export const eraseConversation = (id: string): Promise<void> => askJson(pathOf(id), {method: 'DELETE'})
