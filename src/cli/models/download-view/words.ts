import {duration, readableBytes} from '../../../kit/byte-size.ts'
import type {DownloadEvent} from '../../../models/download/download-event.ts'
import type {Progress} from '../../../models/download/progress.ts'

export const percent = ({received, size}: Progress): string =>
  `${size > 0 ? Math.floor((received / size) * 100) : 100} %`

export const amount = ({received, size}: Progress): string => `${readableBytes(received)} of ${readableBytes(size)}`

export const speed = ({rate}: Progress): string => (rate > 0 ? `${readableBytes(rate)}/s` : '')

export const timeLeft = ({secondsLeft}: Progress): string =>
  secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`

export const pauseWords = ({reason, pauseMs}: Pick<Extract<DownloadEvent, {event: 'paused'}>, 'reason' | 'pauseMs'>) =>
  `${reason}; trying again in ${duration(pauseMs / 1000)}`

/** Of one file that was not finished. */
export const stoppedWords = (progress: Progress): string =>
  progress.received > 0 ? `stopped at ${percent(progress)}, ${amount(progress)} kept` : 'stopped before it began'

/** Of all files, where some were not finished. */
export const keptWords = (progress: Progress): string =>
  `${percent(progress)}, ${amount(progress)} kept; the same command goes on from there`
