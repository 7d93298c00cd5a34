import {errorBody, refuse, requestFailure} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {FastifyInstance} from 'fastify'

/** Where a fault of a body is, as FastAPI says it. */
interface Fault {
  loc: string[]
  msg: string
  type: string
}

/** What fails is told as everywhere, and beside that as clients of the seed know it: `detail`, and 422 for a body that does not fit. */
export const tellFailures = (http: FastifyInstance, log: Log): void => {
  http.setErrorHandler((error, request, reply) => {
    const failure = requestFailure(error, request, log)
    const faults = faultsOf(error)
    const {retryAfterMs} = failure
    return refuse(reply, faults ? {...failure, status: 422} : failure).send({
      ...errorBody(failure.code, failure.message, failure.suggestions),
      detail: faults ?? failure.message,
      ...(retryAfterMs === undefined ? {} : {retry_after: Math.ceil(retryAfterMs / 1000)}),
    })
  })
}

const faultsOf = (error: unknown): Fault[] | undefined => {
  const {validation, validationContext = 'body'} = error as {
    validation?: {instancePath: string; message?: string; keyword: string}[]
    validationContext?: string
  }
  return validation?.map(({instancePath, message = 'does not fit', keyword}) => ({
    loc: [validationContext === 'querystring' ? 'query' : validationContext, ...instancePath.split('/').slice(1)],
    msg: message,
    type: keyword,
  }))
}
