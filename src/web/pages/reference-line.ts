import type { Catalogue } from '../../i18n/languages.ts'

/** The reference with its button to copy it, which only a script can offer. */
export function referenceLine({ failure, layout }: Catalogue, value: string): object {
  return { label: failure.reference, value, copy: layout.copy, copied: layout.copied }
}
