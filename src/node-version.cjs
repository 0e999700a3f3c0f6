// Every program of the project loads this file first. It is plain JavaScript, because old releases of Node cannot parse
// TypeScript.
'use strict'

var needed = 24

if (Number(process.versions.node.split('.')[0]) < needed) {
  process.stderr.write(
    'Marketplace Landing needs Node.js ' +
      needed +
      ' or later, and this is Node.js ' +
      process.versions.node +
      ': install Node.js ' +
      needed +
      ', or let npm install it for the scripts with "npm rebuild node --ignore-scripts=false".\n',
  )
  process.exit(1)
}
