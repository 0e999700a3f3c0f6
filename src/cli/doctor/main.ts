import '../../node-version.cjs'
import { runAsProcess } from '../process.ts'

void import('./run.ts').then(({ runDoctor }) => runAsProcess(runDoctor, process.env))
