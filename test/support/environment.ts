/** A complete, valid environment. */
export function environment(
  overrides: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | undefined> {
  return {
    PUBLIC_URL: 'http://localhost:3000',
    SESSION_SECRET: 'a-secret-of-at-least-thirty-two-characters',
    PRODUCT_CODES: 'examplecode000000000000000',
    PRODUCT_NAME: 'Example Analytics',
    SELLER_NAME: 'Example Corp',
    SUPPORT_EMAIL: 'support@example.com',
    SIGN_IN_URL: 'https://example.com/log-in',
    TRUST_PROXY_HOPS: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    ...overrides,
  }
}
