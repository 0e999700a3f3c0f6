import { stopOnSignals } from '../src/main/process.ts'
import { start } from '../src/main/start.ts'

// The service as `npm start` has it, but for the pauses between the attempts of a delivery: its arguments, in milliseconds.
stopOnSignals(await start(process.env, { retryScheduleMs: process.argv.slice(2).map(Number) }))
