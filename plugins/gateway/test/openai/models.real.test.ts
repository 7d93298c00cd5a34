import type {Caller} from '@essence/core/access/port'
import {EssenceError} from '@essence/core/kit/errors'
import {mockLlm} from '@essence/core/llm/mock'
import OpenAI from 'openai'
import {describe, expect, it} from 'vitest'
import {collected} from '../../../../test/collected.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openClient} from './client.ts'

describe('models', () => {
  it('are June, the model and the embedding model, by tidy names', async () => {
    const model = {...mockLlm(), info: {...mockLlm().info, model: '/models/SmolLM2-135M-Instruct.Q4_1.gguf'}}
    await using opened = await openClient({...scriptedEngines(), model})
    const {client} = opened
    expect((await collected(client.models.list())).map(({id}) => id)).toEqual([
      ...['june', 'SmolLM2-135M-Instruct.Q4_1'],
      ...['script-stt', 'whisper-1', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe'],
      ...['script-tts', 'tts-1', 'tts-1-hd', 'gpt-4o-mini-tts'],
    ])
    expect(await client.models.retrieve('june')).toMatchObject({id: 'june', object: 'model', owned_by: 'june'})
  })

  it('that are not there are named, with those there are', async () => {
    await using opened = await openClient()
    const asked = opened.client.models.retrieve('gpt-4o')
    await expect(asked).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(asked).rejects.toMatchObject({
      ...{status: 404, code: 'model_not_found', type: 'not_found_error', param: 'model'},
      message: expect.stringContaining('there is june, mock, mock-embedding'),
    })
  })
})

describe('further names', () => {
  it('are those of the settings, of models that are there', async () => {
    const modelAliases = new Map([
      ['gpt-4o', 'mock'],
      ['gpt-4o-mini', 'nothing'],
    ])
    await using opened = await openClient(undefined, {modelAliases})
    const {models, chat} = opened.client
    const names = (await models.list()).data.map(({id}) => id)
    expect(names).toContain('gpt-4o')
    expect(names).not.toContain('gpt-4o-mini')
    const answer = await chat.completions.create({model: 'gpt-4o', messages: [{role: 'user', content: 'hello'}]})
    expect(answer).toMatchObject({model: 'gpt-4o', choices: [{message: {content: '[mock] hello'}}]})
    await expect(models.retrieve('gpt-4o-mini')).rejects.toMatchObject({status: 404})
  })
})

describe('errors', () => {
  it('of paths that are not there have their shape, too', async () => {
    await using opened = await openClient()
    await expect(opened.client.get('/nothing')).rejects.toMatchObject({status: 404, code: 'unknown_url'})
  })

  it('name a key that is none, and one that may not', async () => {
    const access = {
      authenticate: async (bearer: string): Promise<Caller> => {
        if (bearer !== 'june_ok') throw new EssenceError('TOKEN_REJECTED', 'This key is none of ours.')
        return {userId: 'anna', via: 'apiKey', roles: [], permissions: new Set()}
      },
      close: async () => {},
    }
    await using opened = await openClient(undefined, {host: '0.0.0.0', openAccess: async () => access as never})
    const address = `http://localhost:${new URL(opened.gateway.address).port}/v1`
    const as = (apiKey: string) => new OpenAI({apiKey, baseURL: address, maxRetries: 0})
    await expect(as('june_none').models.list()).rejects.toMatchObject({
      ...{status: 401, type: 'authentication_error', code: 'invalid_api_key'},
    })
    expect((await as('june_ok').models.list()).data.map(({id}) => id)).toContain('june')
  })
})
