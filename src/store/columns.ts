import {timestamp, uuid} from 'drizzle-orm/pg-core'

export const moment = (name: string) => timestamp(name, {withTimezone: true, mode: 'date'})
export const id = uuid('id').primaryKey().defaultRandom()
export const createdAt = moment('created_at').notNull().defaultNow()
