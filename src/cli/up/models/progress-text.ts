import {duration, readableBytes} from '../../../kit/byte-size.ts'
import type {ComingModels} from '../../../service/supervisor-message.ts'

type Downloading = Extract<ComingModels, {state: 'downloading'}>

export const percentOf = ({received, size}: Downloading): number => (size > 0 ? Math.floor((received / size) * 100) : 0)

/** `43 % of 1.3 GB, about 2:10 min left` */
export const progressText = (models: Downloading): string => {
  const {size, secondsLeft, pause} = models
  if (size === 0) return pause ?? 'asking the hub'
  const rest = pause ?? (secondsLeft === undefined ? undefined : `about ${duration(secondsLeft)} left`)
  return [`${percentOf(models)} % of ${readableBytes(size)}`, rest].filter(Boolean).join(', ')
}

/**
 * What of a download is told where no line can be written over: every tenth of it, and each new reason to wait.
 * @returns the line for a state; undefined for one that is no news
 */
export const progressNews = (): ((models: Downloading) => string | undefined) => {
  let tenth = -1
  let told: string | undefined
  return models => {
    const reached = models.size > 0 ? Math.floor(percentOf(models) / 10) : -1
    const isNews = reached > tenth || (models.pause !== undefined && models.pause !== told)
    tenth = Math.max(tenth, reached)
    told = models.pause ?? told
    return isNews ? progressText(models) : undefined
  }
}
