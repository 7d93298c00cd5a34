/** Sound that was halted, as by a machine that slept or a call, goes on as soon as the browser lets it. @returns ends it */
export const keepRunning = (context: AudioContext): (() => void) => {
  const look = (): void => {
    if (context.state !== 'running' && context.state !== 'closed') void context.resume().catch(() => {})
  }
  context.addEventListener('statechange', look)
  document.addEventListener('visibilitychange', look)
  window.addEventListener('focus', look)
  return () => {
    context.removeEventListener('statechange', look)
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('focus', look)
  }
}
