import 'i18next'
import type conversation from './en/conversation.json'
import type list from './en/list.json'
import type mind from './en/mind.json'
import type owner from './en/owner.json'
import type settings from './en/settings.json'
import type shell from './en/shell.json'
import type talk from './en/talk.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell'
    resources: {
      shell: typeof shell
      talk: typeof talk
      conversation: typeof conversation
      list: typeof list
      mind: typeof mind
      settings: typeof settings
      owner: typeof owner
    }
  }
}
