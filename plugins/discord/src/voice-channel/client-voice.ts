import type {Client} from 'discord.js'
import {Events} from 'discord.js'
import type {VoiceGateway} from './port.ts'
import type {VoiceCommandContext} from './voice-commands.ts'

export interface ClientVoice extends VoiceGateway, Pick<VoiceCommandContext, 'voiceChannelOf'> {
  /** Somebody came into a voice channel of a server, or went. @returns what ends it */
  onMembers(changed: (guildId: string) => void): () => void
}

/** What voice channels need, of a client of discord.js that is connected and has the intents Guilds and GuildVoiceStates. */
export const clientVoice = (client: Client<true>): ClientVoice => ({
  botId: client.user.id,
  adapterFor: guildId => methods => {
    const guild = client.guilds.cache.get(guildId)
    // Of a server that she has been thrown out of meanwhile.
    if (!guild) return {sendPayload: () => false, destroy: () => {}}
    return guild.voiceAdapterCreator(methods)
  },
  members: (guildId, channelId) =>
    [...(client.guilds.cache.get(guildId)?.voiceStates.cache.values() ?? [])]
      .filter(state => state.channelId === channelId && state.member?.user.bot !== true && state.id !== client.user.id)
      .map(({id}) => id),
  nameOf: (guildId, userId) => client.guilds.cache.get(guildId)?.members.cache.get(userId)?.displayName,
  async tell(channelId, content) {
    const channel = await client.channels.fetch(channelId)
    if (channel?.isSendable()) await channel.send({content, allowedMentions: {parse: []}})
  },
  voiceChannelOf: (guildId, userId) =>
    client.guilds.cache.get(guildId)?.voiceStates.cache.get(userId)?.channelId ?? undefined,
  onMembers(changed) {
    const listener = ({guild}: {guild: {id: string}}): void => changed(guild.id)
    client.on(Events.VoiceStateUpdate, listener)
    return () => void client.off(Events.VoiceStateUpdate, listener)
  },
})
