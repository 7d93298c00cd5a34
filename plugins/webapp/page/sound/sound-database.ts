// Where this browser keeps sound: what is known of each, and, apart from it, its samples.

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('sound', 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('sounds', {keyPath: 'id'}).createIndex('session', 'session')
      request.result.createObjectStore('samples')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** What a request of IndexedDB gives. */
export const given = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Works in one transaction; resolves once it is kept. @throws DOMException: there is no room, or nothing may be kept here */
export const withSounds = async <T>(
  mode: IDBTransactionMode,
  work: (sounds: IDBObjectStore, samples: IDBObjectStore) => Promise<T>,
): Promise<T> => {
  const database = await open()
  try {
    const transaction = database.transaction(['sounds', 'samples'], mode)
    const isKept = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const [result] = await Promise.all([
      work(transaction.objectStore('sounds'), transaction.objectStore('samples')),
      isKept,
    ])
    return result
  } finally {
    database.close()
  }
}
