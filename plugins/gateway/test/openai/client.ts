import type {Engines} from '@essence/core/engines/open'
import {mockLlm} from '@essence/core/llm/mock'
import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import OpenAI from 'openai'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openGateway} from '../open-gateway.ts'

/** A gateway, and OpenAI's own client pointed at it. Default: June by a script, mocks of the models. */
export const openClient = async (
  engines: Engines = {...scriptedEngines(), model: mockLlm(), embedder: mockEmbedder()},
  options: Parameters<typeof openGateway>[1] = {},
) => {
  const gateway = await openGateway(engines, options)
  const client = new OpenAI({apiKey: 'any', baseURL: `${gateway.address}/v1`, maxRetries: 0})
  return {client, gateway, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]()}
}
