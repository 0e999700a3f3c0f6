import { stopOnSignals } from '../src/main/process.ts'
import { start } from '../src/main/start.ts'

// Starts the app like `npm start`, with the pauses between delivery attempts (ms) as arguments.
stopOnSignals(await start(process.env, { retryScheduleMs: process.argv.slice(2).map(Number) }))
