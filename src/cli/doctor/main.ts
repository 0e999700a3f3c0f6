import { runAsProcess } from '../process.ts'
import { runDoctor } from './run.ts'

void runAsProcess(runDoctor, process.env)
