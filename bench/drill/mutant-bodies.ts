import fc from 'fast-check'
import { bytes, garbage, oneOf } from './noise.ts'

const typed = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  { weight: 1, arbitrary: garbage },
  {
    weight: 2,
    arbitrary: oneOf(
      ...[
        '',
        ' ',
        '\0',
        '\ud800',
        '\u2028',
        '<script>alert(1)</script>',
        '"><img src=x>',
        '\r\nSet-Cookie: a=b',
        '<%= 1 %>',
      ],
      ...[
        "' or 1=1 --",
        '../../etc/passwd',
        '%',
        '%00',
        '%ff%fe',
        'a'.repeat(300),
        'x'.repeat(9_000),
        '{{7*7}}',
        'NaN',
        '[object Object]',
      ],
      ...['jane+tag@example.com', 'jane@exämple.com', 'jane@example', '@', `${'a'.repeat(60)}@${'b.'.repeat(80)}com`],
    ),
  },
)
const field = oneOf(
  ...[
    'x-amzn-marketplace-token',
    'x-amzn-marketplace-offer-type',
    'x-amzn-marketplace-agreement-id',
    'email',
    'name',
    'company',
  ],
  ...[
    'phone',
    'registration',
    'language',
    'page',
    'code',
    'reference',
    'retry',
    '__proto__',
    'constructor',
    'toString',
    'a[b][c]',
    '',
  ],
)
const encoded = fc
  .array(fc.tuple(field, typed), { maxLength: 8 })
  .map((pairs) => new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString())

const form = oneOf(
  'x-amzn-marketplace-token={token}',
  'x-amzn-marketplace-token={token}&x-amzn-marketplace-offer-type=free-trial',
  'x-amzn-marketplace-token={token}&x-amzn-marketplace-token={token}',
  'email=jane%40example.com&name=Jane&company=Example&phone=&registration={id}',
  'email=jane%40example.com&name=Jane&company=Example',
  'language=ja&page=registration&registration={id}&email=a&name=b',
  'language=de&page=failure&code=token-expired&reference=AAAA-BBBB-CCCC&retry=post+%2F&x-amzn-marketplace-token=a',
  'language=de&page=failure&code=product-unknown&reference=AAAA&retry=get+%2Fregistration',
)
export const text = fc.oneof(
  { weight: 4, arbitrary: form },
  { weight: 3, arbitrary: fc.tuple(form, encoded).map((parts) => parts.join('&')) },
  { weight: 3, arbitrary: encoded },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: oneOf(
      ...[
        '',
        '&',
        '=',
        '%',
        '%%%',
        'a=%E0%A4%A',
        'a&'.repeat(60),
        'email=%00',
        'email=%ED%A0%80',
        `${'a=b&'.repeat(3_000)}c=d`,
      ],
      ...[
        `x-amzn-marketplace-token=${'a'.repeat(8_193)}`,
        'x'.repeat(70_000),
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
      ],
    ),
  },
)
