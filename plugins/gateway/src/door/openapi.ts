import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type {FastifyInstance} from 'fastify'
import {jsonSchemaTransform, validatorCompiler} from 'fastify-type-provider-zod'

/** `/openapi.json` and the page `/docs`, made of the schemas that check requests; to be added before the routes. */
export const addOpenApi = async (http: FastifyInstance, version: string): Promise<void> => {
  http.setValidatorCompiler(validatorCompiler as never)
  // What answers look like is described, not checked again: they are our own.
  http.setSerializerCompiler(() => body => JSON.stringify(body))
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {title: 'June', version, description: 'Speech recognition, answers and speech of one GPU.'},
      components: {securitySchemes: {bearer: {type: 'http', scheme: 'bearer'}}},
      security: [{}, {bearer: []}],
    },
    transform: jsonSchemaTransform,
  })
  http.get('/openapi.json', {config: {access: 'open'}, schema: {hide: true}}, (_request, reply) =>
    reply.send(http.swagger()),
  )
  await http.register(async docs => {
    docs.addHook('onRoute', route => {
      route.config = {...route.config, access: 'open'}
    })
    await docs.register(swaggerUi, {routePrefix: '/docs', staticCSP: true, uiConfig: {deepLinking: true}})
  })
}
