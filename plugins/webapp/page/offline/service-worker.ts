// Keeps the shell of the page for when June is away: the page itself and what it is made of, never anything she answers.
/// <reference path="./service-worker.d.ts" />

const scope = self as unknown as WorkerScope

const cacheName = 'page'
/** ms after which a page that does not come is the one that was kept. */
const timeoutMs = 5000

/** Names that change with what is in them. */
const isHashed = (path: string): boolean => path.startsWith('/assets/')
const isFixed = (path: string): boolean => /^\/[\w-]+\.(?:svg|png|webmanifest|js)$/.test(path)

/** What a page names of its own: scripts, styles, icons. */
const filesOf = (html: string): string[] => [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)

/** Keeps a page with all it begins with, and forgets what only an older one had. Where one part fails, all stays as it was. */
const keepPage = async (page: Response): Promise<void> => {
  const cache = await caches.open(cacheName)
  const html = await page.clone().text()
  const before = await cache.match('/').then(kept => kept?.text())
  if (html === before) return
  const files = filesOf(html)
  const missing: string[] = []
  for (const path of files) if (!(await cache.match(path))) missing.push(path)
  await cache.addAll(missing)
  await cache.put('/', page)
  for (const {url} of await cache.keys()) {
    const path = new URL(url).pathname
    if (isHashed(path) && !files.includes(path)) await cache.delete(path)
  }
}

/** The page as it is now; where June is away, as it was. */
const freshPage = async (event: FetchEvent): Promise<Response> => {
  try {
    const page = await fetch(event.request, {signal: AbortSignal.timeout(timeoutMs)})
    // What a proxy says while June is away.
    if (page.status >= 500) throw new Error(page.statusText)
    // A redirection, as to a sign-in before June, is not the page.
    if (page.ok && page.type === 'basic' && !page.redirected) event.waitUntil(keepPage(page.clone()).catch(() => {}))
    return page
  } catch (error) {
    const kept = await caches.match('/', {cacheName})
    if (kept) return kept
    throw error
  }
}

/** What never changes under its name comes from here. */
const kept = async (request: Request): Promise<Response> => {
  const cache = await caches.open(cacheName)
  const found = await cache.match(request)
  if (found) return found
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone()).catch(() => {})
  return response
}

/** What may change under its name is asked for, as long as June is there. */
const freshFile = async (request: Request): Promise<Response> => {
  const cache = await caches.open(cacheName)
  try {
    const response = await fetch(request)
    if (response.ok) await cache.put(request, response.clone()).catch(() => {})
    return response
  } catch (error) {
    const found = await cache.match(request)
    if (found) return found
    throw error
  }
}

scope.addEventListener('install', event => {
  event.waitUntil(scope.skipWaiting())
  // Its own first visit went past it.
  event.waitUntil(
    fetch('/')
      .then(page => (page.ok ? keepPage(page) : undefined))
      .catch(() => {}),
  )
})

scope.addEventListener('activate', event => event.waitUntil(scope.clients.claim()))

scope.addEventListener('fetch', event => {
  const {request} = event
  const {origin, pathname} = new URL(request.url)
  if (request.method !== 'GET' || origin !== scope.location.origin) return
  if (request.mode === 'navigate' && pathname === '/') event.respondWith(freshPage(event))
  else if (isHashed(pathname)) event.respondWith(kept(request))
  else if (isFixed(pathname)) event.respondWith(freshFile(request))
})
