import { optionalText, without } from './fields.ts'
import { urlFault } from './urls.ts'

const proxy = optionalText.superRefine(without((address) => urlFault(address, ['user'], 'anywhere'))).optional()
const hosts = optionalText.optional()

/** The way out of the network. The HTTP client reads these variables itself, in lower case first; here they are checked. */
export const networkSettings = {
  HTTPS_PROXY: proxy,
  HTTP_PROXY: proxy,
  NO_PROXY: hosts,
  https_proxy: proxy,
  http_proxy: proxy,
  no_proxy: hosts,
} as const
