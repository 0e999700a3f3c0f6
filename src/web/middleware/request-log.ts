import type { Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import { clientAddress } from '../client-address.ts'
import { pathOf, paths } from '../paths.ts'
import { failureFacts } from './outcome.ts'
import { knownCustomer } from './session.ts'

const quietPaths: ReadonlySet<string> = new Set([paths.health, paths.readiness])

/**
 * Logs one line for each request after its response was sent. The request's id is the header `X-Request-Id` and the reference on
 * a failure page. Query strings, headers, cookies and bodies are not logged, because they may contain a token or contact details.
 */
export function requestLog(logger: Logger, newReference: () => string): RequestHandler {
  return pinoHttp<Request, Response>({
    logger,
    genReqId: (_req, res) => {
      const id = newReference()
      res.setHeader('X-Request-Id', id)
      return id
    },
    // Other log lines of the request have only its id.
    customAttributeKeys: { req: 'requestId', responseTime: 'durationMs' },
    customLogLevel: (req) => (quietPaths.has(pathOf(req)) ? 'debug' : 'info'),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customSuccessObject: (req, res, { durationMs }: Timed) => ({ durationMs, ...described(req, res) }),
    customErrorObject: (req, res, _error, { durationMs }: Timed) => ({ durationMs, ...described(req, res) }),
    wrapSerializers: false,
    serializers: { requestId: (req: Request) => req.id },
  })
}

type Timed = { readonly durationMs: number }

/** More fields of the request's line. `registrationId` or `tokenHash` connects it with the buyer's other requests. */
function described(req: Request, res: Response) {
  return {
    method: req.method,
    path: pathOf(req),
    status: res.statusCode,
    traceId: req.get('X-Amzn-Trace-Id'),
    clientAddress: clientAddress(req),
    registrationId: knownCustomer(req)?.id,
    ...failureFacts(res),
  }
}
