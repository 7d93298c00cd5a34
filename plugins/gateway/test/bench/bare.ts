import Fastify from 'fastify'
import {validatorCompiler} from 'fastify-type-provider-zod'
import {chatRequest} from '../../src/openai/chat-request.ts'
import {clientMessage} from '../../src/seed/client-message.ts'

/** Routes of the gateway that only check the request, and answer with what `PUT` left there. @returns the address */
export const bareServer = async (): Promise<string> => {
  const http = Fastify()
  http.setValidatorCompiler(validatorCompiler as never)
  http.setSerializerCompiler(() => body => JSON.stringify(body))
  const answers = new Map<string, unknown>()
  http.put('*', async request => {
    answers.set(request.url, request.body)
    return {}
  })
  http.post('/v1/chat/completions', {schema: {body: chatRequest}}, async ({url}) => answers.get(url))
  http.post('/chat', {schema: {body: clientMessage}}, async ({url}) => answers.get(url))
  http.get('/status', async ({url}) => answers.get(url))
  return http.listen({port: 0, host: '127.0.0.1'})
}
