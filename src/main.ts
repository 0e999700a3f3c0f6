import './node-version.cjs'

// Imported after the check of Node's version. Runs even if this is not the main module, because pm2 imports it.
void import('./main/process.ts').then(({ runService }) => runService(process.env))
