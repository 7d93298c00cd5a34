import {PermissionFlagsBits} from 'discord.js'

/** What June needs in a server: to read and to answer, by voice too. */
const permissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.SendVoiceMessages |
  PermissionFlagsBits.Connect |
  PermissionFlagsBits.Speak

/** The page on which an owner of a server lets the bot in. */
export const inviteUrl = (applicationId: string): string =>
  `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${permissions}`
