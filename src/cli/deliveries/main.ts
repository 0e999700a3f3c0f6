import '../../node-version.cjs'
import { runAsProcess } from '../process.ts'

void import('./run.ts').then(({ runDeliveries }) => runAsProcess(runDeliveries, process.env))
