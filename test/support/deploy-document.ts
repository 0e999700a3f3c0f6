import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How to deploy, as the seller's engineers read it. */
export const deployDocument = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8')

/** The blocks of shell commands, in order. */
export const shellBlocks = [...deployDocument.matchAll(/^```sh\n([\s\S]+?)^```$/gm)].map(([, block = '']) => block)

/** What is between single backticks in the text. */
export const inlineCode = [...deployDocument.replaceAll(/^```[\s\S]+?^```$/gm, '').matchAll(/`([^`]+)`/g)].map(
  ([, code = '']) => code,
)
