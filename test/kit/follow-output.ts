import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'

/** What a child process says, from its start on; `output` is both streams as they come. */
export const followOutput = (child: ChildProcess) => {
  const said = {stdout: '', stderr: '', output: ''}
  const looks = new Set<() => void>()
  const lookAgain = (): void => {
    for (const look of [...looks]) look()
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
      said.output += text
      lookAgain()
    })
  }
  let isOver = false
  const ended = once(child, 'close').then(([status, signal]) => {
    isOver = true
    lookAgain()
    return {status: status as number | null, signal: signal as NodeJS.Signals | null, ...said}
  })
  /** Resolves with what was matched, also long ago; rejects when the process ends without it. */
  const until = (text: string | RegExp, stream: keyof typeof said = 'output'): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = typeof text === 'string' ? said[stream].includes(text) && [text] : text.exec(said[stream])
        if (!found && !isOver) return
        looks.delete(look)
        if (found) resolve(found)
        else reject(new Error(`ended without ${text}: ${said.output}`))
      }
      looks.add(look)
      look()
    })
  return {said, until, ended}
}
