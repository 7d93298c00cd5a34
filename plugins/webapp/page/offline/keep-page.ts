// The page can be opened while June is away, and says so; and it is never older than she is.

interface ScriptUrls {
  createScriptURL(path: string): unknown
}
interface TrustedTypes {
  createPolicy(name: string, rules: {createScriptURL: (path: string) => string}): ScriptUrls
}

const script = '/service-worker.js'

/** The Content-Security-Policy lets this one policy be made, which knows one address. */
const scriptUrl = (): string => {
  const {trustedTypes} = window as {trustedTypes?: TrustedTypes}
  const policy = trustedTypes?.createPolicy('june-service-worker', {createScriptURL: () => script})
  return (policy?.createScriptURL(script) as string | undefined) ?? script
}

/** Has the browser keep the page. Where it does not want to, nothing is lost while June is there. */
const keep = (): void => {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  try {
    navigator.serviceWorker.register(scriptUrl()).catch(() => {})
  } catch {
    // Another Content-Security-Policy than our own may refuse it.
  }
}

/** A part that is gone, since June was updated: the page is loaded anew, once. */
const reloadWhereStale = (): void => {
  const key = 'reloaded'
  const againMs = 10_000
  const reload = async (): Promise<void> => {
    // Where June is away the part may be there all the same once she is back, and what goes on here is not to end.
    const {ok} = await fetch('/', {method: 'HEAD', cache: 'no-store'})
    if (!ok || Date.now() - Number(sessionStorage.getItem(key) ?? 0) < againMs) return
    sessionStorage.setItem(key, String(Date.now()))
    location.reload()
  }
  window.addEventListener('vite:preloadError', () => void reload().catch(() => {}))
}

export const keepPage = (): void => {
  reloadWhereStale()
  // After all that the page itself needs.
  if (document.readyState === 'complete') keep()
  else window.addEventListener('load', keep, {once: true})
}
