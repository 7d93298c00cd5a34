// What is being written, by conversation: kept over a reload, in this tab.
import {create} from 'zustand'
import {createJSONStorage, persist, type StateStorage} from 'zustand/middleware'

interface Drafts {
  drafts: Readonly<Record<string, string>>
  /** Instead of the draft: the newest message, to be asked again. */
  edits: Readonly<Record<string, string>>
}

/** A draft that finds no room is kept as long as the page is open. */
const storage: StateStorage = {
  getItem: name => sessionStorage.getItem(name),
  setItem(name, value) {
    try {
      sessionStorage.setItem(name, value)
    } catch {
      sessionStorage.removeItem(name)
    }
  },
  removeItem: name => sessionStorage.removeItem(name),
}

export const useDrafts = create<Drafts>()(
  persist((): Drafts => ({drafts: {}, edits: {}}), {
    name: 'drafts',
    version: 1,
    storage: createJSONStorage(() => storage),
  }),
)

const without = (kept: Readonly<Record<string, string>>, session: string): Record<string, string> =>
  Object.fromEntries(Object.entries(kept).filter(([name]) => name !== session))

/** The edit, where there is one, is what is being written. */
export const changeDraft = (session: string, text: string): void =>
  void useDrafts.setState(({drafts, edits}) =>
    edits[session] === undefined
      ? {drafts: text === '' ? without(drafts, session) : {...drafts, [session]: text}}
      : {edits: {...edits, [session]: text}},
  )

/** Begins to change what was written; the draft waits. */
export const editMessage = (session: string, text: string): void =>
  void useDrafts.setState(({edits}) => ({edits: {...edits, [session]: text}}))

export const endEdit = (session: string): void =>
  void useDrafts.setState(({edits}) => ({edits: without(edits, session)}))
