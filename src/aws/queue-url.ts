/** The AWS account that owns the queue. Null if the URL contains none. */
export function accountOf(queueUrl: string): string | null {
  return /\/(\d{12})\/[^/]+\/?$/.exec(new URL(queueUrl).pathname)?.[1] ?? null
}

/** The Region in the queue's URL, in any of AWS's host formats. Default: us-east-1, because a simulator's URL has none. */
export function regionOf(queueUrl: string): string {
  const labels = new URL(queueUrl).hostname.split('.')
  return labels.find((label) => /^[a-z]{2,4}(-[a-z]+){1,3}-\d$/.test(label)) ?? 'us-east-1'
}
