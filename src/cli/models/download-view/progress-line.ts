import {readableBytes} from '../../../kit/byte-size.ts'
import {fitStart} from '../../../kit/display-width.ts'
import type {FileProgress, Progress} from '../../../models/download/progress.ts'
import {amount, keptWords, pauseWords, percent, speed, stoppedWords, timeLeft} from './words.ts'

const longestBar = 18
/** A shorter one says less than the number beside it. */
const shortestBar = 5
/** `100 %`, `999 kB of 999 kB`, `999 kB/s`, `59:59 min left`: as wide as they get, so that a line does not jump. */
const width = {percent: 5, amount: 16, speed: 8, timeLeft: 14}

const bar = ({received, size}: Progress, length: number): string => {
  const full = size > 0 ? Math.min(length, Math.floor((received / size) * length)) : length
  return '█'.repeat(full) + '░'.repeat(length - full)
}

/** How far it is, as much of it as there is room for: the bar goes last. */
const progressLine = (name: string, progress: Progress, room: number, preferred: 'speed' | 'timeLeft'): string => {
  const rest = room - name.length - 1 - width.percent - 2 - width.amount
  const both = width.speed + 2 + width.timeLeft
  const shown = rest >= 2 + both + shortestBar + 1 ? (['speed', 'timeLeft'] as const) : ([preferred] as const)
  const paceWidth = shown.length > 1 ? both : width[preferred]
  const hasPace = rest >= 2 + paceWidth
  const length = Math.min(longestBar, rest - (hasPace ? 2 + paceWidth : 0) - 1)
  const pace = shown.map(each => (each === 'speed' ? speed(progress) : timeLeft(progress))).filter(Boolean)
  return [
    name,
    length >= shortestBar ? ` ${bar(progress, length)}` : '',
    ` ${percent(progress).padStart(width.percent)}`,
    `  ${amount(progress).padEnd(width.amount)}`,
    hasPace ? `  ${pace.join(', ')}` : '',
  ]
    .join('')
    .trimEnd()
}

/** One file under way. @param room columns beside the sign that stands before the line */
export const fileLine = (name: string, file: FileProgress, room: number): string => {
  const words = (text: string): string => fitStart(`${name}  ${text}`, room)
  if (file.state === 'done') return words(readableBytes(file.size))
  if (file.state === 'checking') return words(`checking ${readableBytes(file.size)}`)
  if (file.state === 'waiting') return words(file.reason ? `waiting for ${file.reason}` : 'waiting')
  if (file.state === 'paused') return words(pauseWords(file))
  if (file.state === 'stopped') return words(stoppedWords(file))
  if (file.state === 'failed') return words(`failed: ${file.reason}`)
  return fitStart(progressLine(name, file, room, 'speed'), room)
}

/** All files together. @param stopped nothing more comes */
export const totalLine = (name: string, total: Progress, room: number, stopped: boolean): string => {
  if (total.received >= total.size) return `${name}  ${readableBytes(total.size)}`
  return stopped
    ? `${name.trimEnd()}  ${keptWords(total)}`
    : fitStart(progressLine(name, total, room, 'timeLeft'), room)
}
