import {statusLine} from './status-line.ts'

/** Off a terminal nothing is said of what takes less, in ms. */
const silentMs = 2000

export interface LoadingOptions {
  /** What is loaded: `the language model`. */
  what: string
  show: 'terminal' | 'lines' | 'quiet'
  /** Says a line where no line can be written over. */
  note(line: string): void
}

/**
 * Says what is loaded while it is: on a terminal at once, on a line that goes away; elsewhere in one line, should it take long.
 * @param open is handed a function for what else there is to tell of it, such as a service that is waited for
 */
export const whileLoading = async <T>(
  {what, show, note}: LoadingOptions,
  open: (onProgress: (message: string) => void) => Promise<T>,
): Promise<T> => {
  if (show === 'quiet') return open(() => {})
  const line = statusLine()
  const began = performance.now()
  let text = `loading ${what}`
  const draw = (): void => {
    const seconds = Math.floor((performance.now() - began) / 1000)
    line.show(seconds > 0 ? `${text} … ${seconds} s` : `${text} …`)
  }
  if (show === 'terminal') draw()
  const timer = show === 'terminal' ? setInterval(draw, 1000) : setTimeout(() => note(`${text} …`), silentMs)
  try {
    return await open(message => {
      // What is loaded is said already, all at once; what is waited for is new.
      if (!message.startsWith('waiting ')) return
      text = message
      if (show === 'terminal') return draw()
      clearInterval(timer)
      note(message)
    })
  } finally {
    clearInterval(timer)
    line.clear()
  }
}
