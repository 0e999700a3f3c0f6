import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assets, versionOf } from '../pages/assets.ts'
import { paths } from '../paths.ts'

const text = readFileSync(join(import.meta.dirname, '../../../public/console.css'), 'utf8')
const { style, icon } = assets({ accentColor: null })

/** The files of the console: the buyers' stylesheet without a product's color, and the console's own. */
export const consoleAssets = { styles: [style, `${paths.assets}/console.css?v=${versionOf(text)}`], icon }
