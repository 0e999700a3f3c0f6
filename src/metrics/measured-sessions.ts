import session, { type SessionData } from 'express-session'
import type { Metrics } from './metrics.ts'

type Done = (error?: unknown) => void
type Operation = 'sessionGet' | 'sessionSet' | 'sessionTouch' | 'sessionDestroy'

/** What of a session store we use and measure. */
export type Sessions = Required<Pick<session.Store, 'get' | 'set' | 'touch' | 'destroy'>>

/** The same sessions, measured. A class, for express-session asks for one. */
export class MeasuredSessions extends session.Store {
  readonly #sessions: Sessions
  readonly #metrics: Metrics

  constructor(sessions: Sessions, metrics: Metrics) {
    super()
    this.#sessions = sessions
    this.#metrics = metrics
  }

  override get(id: string, done: (error: unknown, data?: SessionData | null) => void): void {
    const stop = this.#start('sessionGet')
    this.#sessions.get(id, (error: unknown, data) => {
      stop(error)
      done(error, data)
    })
  }

  override set(id: string, data: SessionData, done?: Done): void {
    this.#sessions.set(id, data, this.#told('sessionSet', done))
  }

  override touch(id: string, data: SessionData, done?: Done): void {
    this.#sessions.touch(id, data, this.#told('sessionTouch', done))
  }

  override destroy(id: string, done?: Done): void {
    this.#sessions.destroy(id, this.#told('sessionDestroy', done))
  }

  #start(operation: Operation): Done {
    const stop = this.#metrics.storeSeconds.startTimer({ operation })
    return (error) => {
      stop({ result: error === undefined || error === null ? 'ok' : 'failed' })
    }
  }

  #told(operation: Operation, done: Done | undefined): Done {
    const stop = this.#start(operation)
    return (error) => {
      stop(error)
      done?.(error)
    }
  }
}
