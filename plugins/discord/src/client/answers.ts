import {ApplicationFlags} from 'discord.js'
import * as z from 'zod'

/** What is read of the answers of Discord's API. */

const personSchema = z.object({id: z.string(), username: z.string()})
export const meSchema = z.object({id: z.string(), username: z.string(), global_name: z.string().nullish()})
export const applicationSchema = z.object({
  id: z.string(),
  flags: z.number().optional(),
  owner: personSchema.nullish(),
  team: z.object({members: z.array(z.object({user: personSchema}))}).nullish(),
})

/** Whether the portal's switch for the content of messages is on. */
export const contentFlags = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited

export interface Application {
  id: string
  canReadMessages: boolean
  owners: {id: string; name: string}[]
}

export const channelSchema = z.object({id: z.string()})
export const messageSchema = z.object({id: z.string(), content: z.string()})
