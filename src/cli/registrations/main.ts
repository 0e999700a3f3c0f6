import '../../node-version.cjs'
import { runAsProcess } from '../process.ts'

void import('./run.ts').then(({ runRegistrations }) => runAsProcess(runRegistrations, process.env))
