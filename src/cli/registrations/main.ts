import { runAsProcess } from '../process.ts'
import { runRegistrations } from './run.ts'

void runAsProcess(runRegistrations, process.env)
