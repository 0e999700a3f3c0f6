import type { Fact } from '../pages/facts.ts'
import type { ConsolePage } from './page.ts'

type ActionField = {
  readonly control: 'input' | 'textarea' | 'checkbox'
  readonly id: string
  readonly name: string
  readonly label: string
  readonly hint: string | null
  /** For a checkbox: the submitted value if it is checked. */
  readonly value: string
  readonly isChecked: boolean
  readonly problem: string | null
}

type ActionPageInput = {
  /** The name of the page: `console-NAME`. */
  readonly name: string
  readonly title: string
  readonly text: readonly string[]
  readonly facts: readonly Fact[]
  readonly fields: readonly ActionField[]
  readonly button: string
  readonly action: string
  readonly back: string
}

/** The page that confirms an action. Status 422 if a field is invalid. */
export function actionPage({ name, title, fields, ...page }: ActionPageInput): ConsolePage {
  const invalid = fields.filter(({ problem }) => problem !== null)
  return {
    name: `console-${name}`,
    status: invalid.length > 0 ? 422 : 200,
    template: 'action',
    model: { title: invalid.length > 0 ? `Error: ${title}` : title, heading: title, fields, invalid, ...page },
  }
}

export function textField(
  field: Pick<ActionField, 'name' | 'label' | 'hint' | 'value' | 'problem'> & {
    readonly control: 'input' | 'textarea'
  },
): ActionField {
  return { ...field, id: field.name, isChecked: false }
}

export function checkbox(
  field: Pick<ActionField, 'name' | 'label' | 'value' | 'isChecked'> & { readonly problem?: string | null },
): ActionField {
  return { problem: null, ...field, control: 'checkbox', id: `${field.name}-${field.value}`, hint: null }
}
