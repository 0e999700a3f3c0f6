import { runAsProcess } from '../process.ts'
import { runDeliveries } from './run.ts'

void runAsProcess(runDeliveries, process.env)
