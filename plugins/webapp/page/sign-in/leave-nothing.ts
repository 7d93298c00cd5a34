/** Choices of this browser, which say nothing of what was said. */
const choices = 'preferences'

/** Of a person who is gone nothing is left in this browser: tokens, drafts, sound that was kept. Before the page is loaded anew. */
export const leaveNothing = async (): Promise<void> => {
  sessionStorage.clear()
  for (const key of Object.keys(localStorage)) if (key !== choices) localStorage.removeItem(key)
  // Where that is not possible, there is nothing that can be found.
  const databases = await indexedDB.databases?.().catch(() => [])
  await Promise.all((databases ?? []).map(({name = ''}) => emptied(name)))
}

/** Empties a database also while another part of the page has it open, which would hold up its deletion. */
const emptied = (name: string): Promise<void> =>
  new Promise(resolve => {
    const opening = indexedDB.open(name)
    opening.onerror = () => resolve()
    opening.onsuccess = () => {
      const database = opening.result
      const stores = [...database.objectStoreNames]
      const done = (): void => {
        database.close()
        resolve()
      }
      if (stores.length === 0) return done()
      const erasing = database.transaction(stores, 'readwrite')
      for (const store of stores) erasing.objectStore(store).clear()
      erasing.oncomplete = done
      erasing.onabort = done
    }
  })
