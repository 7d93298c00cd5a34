import {openAccess} from '@essence/core/access/open'
import {isEssenceError} from '@essence/core/kit/errors'
import {Health} from '@essence/core/service/health'
import {openHttp} from '@essence/core/service/http'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import swagger from '@fastify/swagger'
import {jsonSchemaTransform, validatorCompiler} from 'fastify-type-provider-zod'
import {accessSettings} from '../../../test/access/open-access.ts'
import {addAdminRoutes} from '../src/admin/routes.ts'

/** The routes of admins on a free port, with an access of their own in a data folder: who asks is known by tokens alone. */
export const openAdminRoutes = async (dataDir: string) => {
  let address = ''
  const access = openAccess({
    settings: accessSettings(dataDir),
    log: () => {},
    address: () => address,
    waitMs: 10_000,
    passwordCost: 4,
  })
  const log = openLog('gateway', {LOG_LEVEL: 'CRITICAL', LOG_FORMAT: 'json'})
  const http = openHttp({health: new Health('gateway', '0.0.0'), metrics: openMetrics(), log})
  http.setValidatorCompiler(validatorCompiler as never)
  http.setSerializerCompiler(() => body => JSON.stringify(body))
  await http.register(swagger, {openapi: {openapi: '3.1.0'}, transform: jsonSchemaTransform})
  http.decorateRequest('caller', null as never)
  http.addHook('onRequest', async (request, reply) => {
    const bearer = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const needed = request.routeOptions.config.access
    try {
      request.caller = await access.authenticate(bearer, {address: request.ip})
    } catch (error) {
      return reply.code(401).send({error: {code: isEssenceError(error) ? error.code : 'BUG', message: String(error)}})
    }
    if (needed && !(request.caller.permissions as ReadonlySet<string>).has(needed))
      return reply.code(403).send({error: {code: 'NOT_ALLOWED', message: needed}})
  })
  addAdminRoutes(http, {access: async () => access})
  address = await http.listen({host: '127.0.0.1', port: 0})
  return {
    address,
    access,
    openApi: () => http.swagger(),
    async [Symbol.asyncDispose]() {
      await http.close()
      await access.close()
    },
  }
}
