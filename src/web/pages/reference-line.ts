import type { Catalog } from '../../i18n/languages.ts'

/** The reference with a button to copy it. The page's script shows the button. */
export function referenceLine({ failure, layout }: Catalog, value: string): object {
  return { label: failure.reference, value, copy: layout.copy, copied: layout.copied }
}
