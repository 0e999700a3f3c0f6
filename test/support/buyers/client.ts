export type Answer = {
  /** The status; 0 without a response. */
  readonly status: number
  /** `data-page` of an HTML answer. */
  readonly page: string | null
  /** The target of a redirect. */
  readonly location: string | null
  /** The cookies for the next request. */
  readonly cookie: string
  readonly text: string
  readonly ms: number
  /** The reason if there was no response. */
  readonly error: string | null
}

type Asked = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> }

const behindAlb = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.7' }
const longestWaitMs = 30_000
const none: Answer = { status: 0, page: null, location: null, cookie: '', text: '', ms: 0, error: null }

/** Sends one request like a browser, without following redirects. Never rejects. */
export async function ask(url: string, { headers, ...init }: Asked = {}): Promise<Answer> {
  const startedAt = performance.now()
  const answered = (what: Partial<Answer>): Answer => ({ ...none, ...what, ms: performance.now() - startedAt })
  const signal = AbortSignal.timeout(longestWaitMs)
  try {
    const answer = await fetch(url, { ...init, headers: { ...behindAlb, ...headers }, redirect: 'manual', signal })
    const [text, location] = [await answer.text(), answer.headers.get('location')]
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0])
    return answered({ status: answer.status, page: pageOf(text), location, cookie: cookies.join('; '), text })
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } }
    return answered({ error: cause?.code ?? message })
  }
}

/** Posts the form of AWS Marketplace. */
export function land(base: string, token: string): Promise<Answer> {
  return ask(`${base}/`, {
    method: 'POST',
    headers: { Origin: 'https://aws.amazon.com', 'Sec-Fetch-Site': 'cross-site' },
    body: new URLSearchParams({ 'x-amzn-marketplace-token': token }),
  })
}

export function pageOf(text: string): string | null {
  return /<body[^>]*data-page="([\w-]+)"/.exec(text)?.[1] ?? null
}
