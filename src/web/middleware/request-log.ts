import type { Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import { paths } from '../paths.ts'
import { failureFacts } from './outcome.ts'
import { knownCustomer } from './session.ts'

const quietPaths: ReadonlySet<string> = new Set([paths.health, paths.readiness])

/**
 * One line a request, when its answer has left. The request's id is what a failure page shows as its reference and what
 * `X-Request-Id` carries. Query strings, headers, cookies and bodies are not logged: they may hold what a log must not.
 */
export function requestLog(logger: Logger, newReference: () => string): RequestHandler {
  return pinoHttp<Request, Response>({
    logger,
    genReqId: (_req, res) => {
      const id = newReference()
      res.setHeader('X-Request-Id', id)
      return id
    },
    // What stands on every line of a request is its id alone.
    customAttributeKeys: { req: 'requestId', responseTime: 'durationMs' },
    customLogLevel: (req) => (quietPaths.has(pathOf(req.originalUrl)) ? 'debug' : 'info'),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customSuccessObject: (req, res, { durationMs }: Timed) => ({ durationMs, ...described(req, res) }),
    customErrorObject: (req, res, _error, { durationMs }: Timed) => ({ durationMs, ...described(req, res) }),
    wrapSerializers: false,
    serializers: { requestId: (req: Request) => req.id },
  })
}

type Timed = { readonly durationMs: number }

/** What the request's line says beyond its id and duration: by `registrationId` or `tokenHash` it is found with its visit. */
function described(req: Request, res: Response) {
  return {
    method: req.method,
    path: pathOf(req.originalUrl),
    status: res.statusCode,
    traceId: req.headers['x-amzn-trace-id'],
    registrationId: knownCustomer(req)?.id,
    ...failureFacts(res),
  }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
