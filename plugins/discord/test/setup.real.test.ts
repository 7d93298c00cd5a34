import type {FoundAnswer, SetupStep} from '@essence/core/config/setup-step'
import {Secret} from '@essence/core/kit/secret'
import {expect, it} from 'vitest'
import type {DiscordPeer} from '../../../test/peers/discord.ts'
import type {DiscordVariables} from '../src/settings.ts'
import setup from '../src/setup.ts'
import {openPeer} from './harness.ts'

const settingsFor = ({token, root}: Pick<DiscordPeer, 'token' | 'root'>): DiscordVariables =>
  ({DISCORD_BOT_TOKEN: new Secret(token), DISCORD_API_ROOT: root}) as DiscordVariables

const step = (name: string): SetupStep<DiscordVariables> => {
  const found = setup().find(each => each.name === name)
  if (!found) throw new Error(`no step ${name}`)
  return found
}

const {signal} = new AbortController()

it('a token is tried with Discord itself, and the bot can be invited', async () => {
  const peer = await openPeer()
  const {check} = step('DISCORD_BOT_TOKEN')
  expect(await check?.(settingsFor(peer), signal)).toMatch(/^june_test_bot, invited by https:\/\/discord.com\/\S+$/)
  const wrong = check?.(settingsFor({...peer, token: 'NDcxMQ.abcdef.another'}), signal)
  await expect(wrong).rejects.toMatchObject({code: 'TOKEN_REJECTED'})
})

it('who made the bot is found as its owner', async () => {
  const peer = await openPeer()
  const found: FoundAnswer[] = []
  for await (const one of step('DISCORD_OWNER_USERS').find?.(settingsFor(peer), signal) ?? []) found.push(one)
  expect(found).toEqual([{value: '42', told: 'ada, id 42, made the bot.'}])
})
