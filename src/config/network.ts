import { optionalText, without } from './fields.ts'
import { urlError } from './urls.ts'

const proxy = optionalText.superRefine(without((address) => urlError(address, ['user'], 'anywhere'))).optional()
const hosts = optionalText.optional()

/** The proxy variables. The HTTP client reads them itself, lower case first; here they are only checked. */
export const networkSettings = {
  HTTPS_PROXY: proxy,
  HTTP_PROXY: proxy,
  NO_PROXY: hosts,
  https_proxy: proxy,
  http_proxy: proxy,
  no_proxy: hosts,
} as const
