import { z } from 'zod'
import { languages } from '../domain/language.ts'
import type { OwnField } from '../domain/own-field.ts'

/** Names of the built-in fields, and names that the app's forms use. */
const reserved = ['email', 'name', 'company', 'phone', 'registration', 'language', 'page', 'code', 'answer']
const paymentParts = ['card', 'iban', 'cvv', 'cvc']
const longestLabel = 500
const longestAnswer = 4_000

const label = z
  .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text') })
  .trim()
  .min(1, { error: 'is empty' })
  .max(longestLabel, { error: `has more than ${String(longestLabel)} characters` })

/** One English text, or one text per language. */
const localizedText = z.preprocess(
  (given) => (typeof given === 'string' ? { en: given } : given),
  z.strictObject(
    {
      ...Object.fromEntries(languages.map((language) => [language, label.optional()])),
      en: label,
    },
    {
      error: ({ code, input }) => {
        if (code === 'unrecognized_keys') return `is not a language of the pages: ${languages.join(', ')}`
        return input === undefined ? 'is missing' : 'must be a text, or a text for each language'
      },
    },
  ),
)

const name = z
  .string({ error: 'is missing: the name under which the answer is stored' })
  .regex(/^[a-z][a-z0-9_]{0,39}$/, { error: 'must have 1 to 40 characters of a-z, 0-9 and _, and begin with a letter' })
  .refine((text) => !reserved.includes(text), { error: 'is a name that the app uses itself: choose another' })
  .refine((text) => !text.split('_').some((part) => paymentParts.includes(part)), {
    error: 'asks for payment data, which AWS Marketplace forbids: remove the field',
  })

const maxLength = (usual: number) =>
  z
    .string({ error: 'must be a whole number' })
    .refine((digits) => /^\d{1,4}$/.test(digits) && Number(digits) >= 1 && Number(digits) <= longestAnswer, {
      error: `must be a whole number from 1 to ${String(longestAnswer)}`,
    })
    .transform(Number)
    .default(usual)

const notAMap = { error: 'must be a map from the id of each option to its label' }

const options = z
  .array(
    z.tuple(
      [
        z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, {
          error: 'must have an id of 1 to 40 characters of a-z, 0-9, _ and -',
        }),
        localizedText,
      ],
      notAMap,
    ),
    notAMap,
  )
  .min(2, { error: 'must have at least 2 options' })
  .max(50, { error: 'must have at most 50 options' })

const common = {
  name,
  label: localizedText,
  help: localizedText.optional(),
  required: z.boolean({ error: 'must be true or false' }).default(false),
}

function shape<Type extends string, Shape extends z.ZodRawShape>(type: Type, own: Shape) {
  return z.strictObject(
    { ...common, ...own, type: z.literal(type) },
    {
      error: ({ code }) =>
        code === 'unrecognized_keys' ? `is not a setting of a field of type ${type}` : 'must be a map',
    },
  )
}

/** A field of the products file. */
export const ownField = z
  .discriminatedUnion(
    'type',
    [
      shape('text', { max_length: maxLength(200) }),
      shape('textarea', { max_length: maxLength(2_000) }),
      shape('select', { options }),
      shape('radio', { options }),
      shape('checkbox', {}),
    ],
    { error: 'must be text, textarea, select, radio or checkbox' },
  )
  .transform((field): OwnField => ({
    name: field.name,
    type: field.type,
    label: field.label,
    help: field.help ?? null,
    required: field.required,
    maxLength: 'max_length' in field ? field.max_length : 0,
    options: 'options' in field ? field.options.map(([id, text]) => ({ id, label: text })) : [],
  }))
