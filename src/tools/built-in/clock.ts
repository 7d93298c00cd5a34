import * as z from 'zod'
import {defineTool, type Tool} from '../tool.ts'
import {checkTimeZone, offsetMinutes, spelledTime} from './zoned-time.ts'

/** @param timeZone of people who have not said theirs */
export const clock = (timeZone: string, now: () => Date): Tool =>
  defineTool({
    name: 'date_and_time',
    description: 'Tells the date and the time of day, here or in another time zone.',
    input: z.strictObject({
      timeZone: z.string().optional().describe('IANA name, such as Asia/Tokyo; leave it out for the time here'),
    }),
    effect: 'none',
    run: async ({timeZone: asked}) => {
      const zone = asked ? checkTimeZone(asked) : timeZone
      const at = now()
      const offset = offsetMinutes(zone, at)
      const hours = Math.abs(offset) / 60
      return `${spelledTime(zone, at)} in ${zone} (UTC${offset < 0 ? '-' : '+'}${hours})`
    },
  })
