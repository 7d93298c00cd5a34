import type {Machine} from '../../../compute/machine.ts'
import {duration, readableBytes} from '../../../kit/byte-size.ts'
import {spaceFor} from '../../../models/cache/disk.ts'
import {requiredFor} from '../../../models/catalogue/catalogue.ts'
import {bytesOf, type ProfileName, profileNames} from '../../../models/catalogue/entry.ts'
import {modelMemory, profileFor} from '../../../models/catalogue/machine.ts'
import {columnsOf, table, wrapWords} from '../../table.ts'

/** A profile this machine can run. */
export interface Offer {
  profile: ProfileName
  /** Of all its models, about. */
  bytes: number
  recommended: boolean
}

const profileBytes = (profile: ProfileName): number =>
  requiredFor(profile).reduce((sum, entry) => sum + bytesOf(entry), 0)

const profileMemory = (profile: ProfileName): number =>
  requiredFor(profile).reduce((sum, {memoryBytes}) => sum + memoryBytes, 0)

/**
 * What there is to choose from, the smallest first: what fits memory and disk, and is not made for a larger machine.
 * @param free bytes of the disk where models lie
 * @param named the profile that MODEL_PROFILE names, which is recommended then
 */
export const offersFor = (machine: Machine, free: number, named?: ProfileName): Offer[] => {
  const made = named ?? profileFor(machine)
  const largest = Math.max(profileNames.indexOf(made), profileNames.indexOf('starter'))
  const fitting = profileNames.filter(
    (profile, index) =>
      index <= largest &&
      requiredFor(profile).length > 0 &&
      profileMemory(profile) <= modelMemory(machine) &&
      spaceFor(profileBytes(profile)) <= free,
  )
  const best = fitting.includes(made) ? made : fitting.at(-1)
  return fitting.map(profile => ({profile, bytes: profileBytes(profile), recommended: profile === best}))
}

/** What each is good for, in few words: a line has room for 40 columns. */
const goodFor: Record<ProfileName, string> = {
  light: 'short answers at once, on two cores',
  starter: 'better answers, on four cores or more',
  'gpu-8': 'many languages, with 8 GB of GPU',
  'gpu-24': 'thoughtful answers, with 24 GB of GPU',
  spark: 'the best answers, with 64 GB for a GPU',
}

/** @param rate bytes a second; undefined where it is not known */
const timeOf = (bytes: number, rate: number | undefined): string =>
  rate ? `about ${duration(Math.max(1, bytes / rate))}` : ''

const usualQuestion =
  'June is a demonstration until real models are here. Which shall be downloaded, while June runs already?'

/** The offers as a list to choose from by number. @param room columns of the terminal */
export const offerLines = (
  offers: readonly Offer[],
  rate: number | undefined,
  room = columnsOf(process.stderr),
  question = usualQuestion,
): string[] => {
  const rows = [
    ...offers.map(({profile, bytes}, index) => [
      `  ${index + 1}`,
      profile,
      readableBytes(bytes),
      timeOf(bytes, rate),
      goodFor[profile],
    ]),
    [`  ${offers.length + 1}`, 'none', '', '', 'the demonstration goes on'],
  ]
  const columns = [{title: ''}, {title: ''}, {title: '', align: 'right' as const}, {title: ''}, {title: '', min: 20}]
  return [...wrapWords(question, room), ...table(columns, rows, room)]
}
