import './node-version.cjs'

// Imported only now, when Node is known to be new enough. It need not be the main module of the process: pm2 imports it.
void import('./main/process.ts').then(({ runService }) => runService(process.env))
